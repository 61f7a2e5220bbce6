using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Ledger;
using DocExchange.Hub.Operations;
using DocExchange.Trust.Keys;

namespace DocExchange.Tests.Core.Operating;

/// <summary>What the verbs of hub and node say of a fault, and with which code they end.</summary>
internal sealed class VerbEdgeTests
{
    private static readonly (Exception Fault, int ExitCode, string Reason)[] Known =
    [
        (new RefusedException(Refusal.NotBound, "未绑定。", "Not bound."), 1, "NOT_BOUND"),
        (new RefusedException(Refusal.Pending, "待批准。", "Waits."), 2, "PENDING"),
        (new UsageException("不对。", "Wrong."), 64, "USAGE"),
        (new SettingsException("hub.json", [SettingsCheck.Unknown("judge")]), 1, "SETTINGS"),
        (new OperationCanceledException(), 130, "INTERRUPTED"),
        (new FormatException("No."), 1, "FORMAT_FAILURE"),
        (new FileNotFoundException("No."), 1, "NOT_FOUND"),
        (new UnauthorizedAccessException("No."), 1, "IO"),
        (new IOException("No."), 1, "IO"),
        (new WrongPasswordException(), 1, "WRONG_PASSWORD"),
        (new LedgerCorruptException("tile", 8, "被截断。", "cut."), 1, "LEDGER_CORRUPT"),
    ];

    [Test]
    public void Has_a_reason_an_exit_code_and_two_languages_for_everything_a_person_can_put_right([Range(0, 10)] int number)
    {
        var (fault, code, reason) = Known[number];

        var complaint = VerbEdge.Explain(fault, HubVerbs.Explain)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That((complaint.ExitCode, complaint.Reason), Is.EqualTo((code, reason)));
            Assert.That(complaint.Chinese, Does.Match(@"\p{IsCJKUnifiedIdeographs}"));
            Assert.That(complaint.English, Is.Not.Empty);
        }
    }

    [Test]
    public void Leaves_a_fault_of_the_program_to_be_reported_as_such() =>
        Assert.That(VerbEdge.Explain(new InvalidOperationException("Should not be."), HubVerbs.Explain), Is.Null);

    [Test]
    public async Task Is_done_when_it_runs_until_it_is_told_to_stop_and_is()
    {
        await Task.FromCanceled(new CancellationToken(canceled: true)).WhenToldToStop();

        await Assert.ThrowsAsync<IOException>(() => Task.FromException(new IOException("No.")).WhenToldToStop());
    }
}
