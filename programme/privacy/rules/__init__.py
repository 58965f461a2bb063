"""What may be done with requests of persons, and the erasure of what identifies them."""

from programme.privacy.rules.erasure import Erased, Plan, erase, plan
from programme.privacy.rules.requests import ask, move, receive

__all__ = ["Erased", "Plan", "ask", "erase", "move", "plan", "receive"]
