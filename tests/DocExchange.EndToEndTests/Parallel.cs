// Mostly they wait for processes: three fixtures share the machine, each with a site of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
