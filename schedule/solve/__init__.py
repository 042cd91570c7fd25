"""Proposing schedules: pure engines that say what they cost, how sure they are, and why."""
