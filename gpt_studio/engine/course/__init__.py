"""The course of a run: its learning rate, its checks, its time, and when it ends."""
