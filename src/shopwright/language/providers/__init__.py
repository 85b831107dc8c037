"""The only place that speaks to the network: a transport with limits of its own, and the protocols spoken over it."""
