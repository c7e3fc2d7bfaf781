"""A Hermes app as people write them, with the real rhasspy-hermes-app; run by test_hermes.py.

Arguments: those of HermesApp (--host, --port …). Prints "ready" when it is connected.
"""

import sys

from rhasspyhermes.nlu import NluIntent
from rhasspyhermes_app import ContinueSession, EndSession, HermesApp

app = HermesApp("PizzaApp")


@app.on_intent("GetBins")
async def get_bins(intent: NluIntent) -> EndSession:
    return EndSession(f"The green one at {intent.site_id}.")


@app.on_intent("OrderPizza")
async def order(intent: NluIntent) -> ContinueSession:
    return ContinueSession(
        text="Small or large?",
        intent_filter=["ChooseSize"],
        custom_data="a pizza",
        send_intent_not_recognized=True,
    )


@app.on_intent("ChooseSize")
async def choose(intent: NluIntent) -> EndSession:
    size = intent.slots[0].value["value"]
    return EndSession(f"Here comes {intent.custom_data}, {size}.")


@app.on_dialogue_intent_not_recognized
async def what(unknown: object) -> ContinueSession:
    return ContinueSession(text="Small or large, please.", intent_filter=["ChooseSize"])


def subscribed(*_: object) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


app.mqtt_client.on_subscribe = subscribed
app.run()
