"""Setting Arabic and French type on PDF pages; knows shapes of paper, nothing of the domain."""
