// Mostly they wait for processes: two fixtures share the machine, each with a site of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
