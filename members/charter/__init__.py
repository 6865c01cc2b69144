"""The charter of the network: its versions, who has accepted them, and who may only read until they have."""
