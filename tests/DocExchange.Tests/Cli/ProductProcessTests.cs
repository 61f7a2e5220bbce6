using DocExchange.Cli;
using DocExchange.Cli.Processes;
using DocExchange.Core.Operating;
using DocExchange.Tests.Durability;

namespace DocExchange.Tests.Cli;

/// <summary>Programs that docex starts: what it says when they are not there, cannot be started, fail or hang.</summary>
[Platform("Linux")]
public sealed class ProductProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Test]
    public void Says_where_a_program_that_is_missing_belongs() => Assert.That(
        () => Executable.Find("DocExchange.Nothing", "nothing"), Refused("PROGRAM_MISSING", "nothing/", Executable.HomeVariable));

    [Test]
    public async Task Says_that_a_program_cannot_be_started()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Under("program"), "no program");

        await Assert.ThatAsync(() => PassThrough.RunAsync(new Executable(folder.Under("program")), [], CancellationToken.None), Refused("PROGRAM_FAILED", folder.Under("program")));
    }

    [Test]
    public async Task Says_what_a_program_that_failed_printed_last() => await Assert.ThatAsync(
        () => ProductProcess.RunAsync("sh", new Executable("/bin/sh"), null, ["-c", "echo 原因 >&2; exit 3"], Long, CancellationToken.None), Refused("PROCESS_ENDED", "3", "原因"));

    [Test]
    public async Task Ends_a_program_that_takes_too_long()
    {
        await Assert.ThatAsync(
            () => ProductProcess.RunAsync("sh", new Executable("/bin/sh"), null, ["-c", "exec sleep 600"], TimeSpan.FromMilliseconds(1), CancellationToken.None), Refused("PROCESS_LATE"));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused(string reason, params string[] words) =>
        Throws.TypeOf<FailedException>().With.Matches<FailedException>(fault => fault!.Reason == reason && words.All(fault.Message.Contains) && words.All(fault.English.Contains));
}
