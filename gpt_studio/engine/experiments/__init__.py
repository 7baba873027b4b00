"""Several runs that answer one question together: the queue that trains them, and what each series was made for."""
