// Two fixtures at a time; those that measure memory or change what the whole process has say so themselves.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
