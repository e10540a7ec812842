"""How long the machines of this folder are played."""

import os

from hypothesis import HealthCheck, settings


def played(*, examples: int, steps: int) -> settings:
    """The same games each time. With MACHINES=random in the environment, others each time: the seed is pytest's
    --hypothesis-seed."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=os.environ.get("MACHINES") != "random",
        suppress_health_check=list(HealthCheck),
    )
