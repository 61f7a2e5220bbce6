// One at a time: each drives all the threads of a hub or of an exchange.
[assembly: NonParallelizable]
