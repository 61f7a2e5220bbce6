// Three fixtures at a time, since some wait; those that measure memory or change what the whole process has say so themselves.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
