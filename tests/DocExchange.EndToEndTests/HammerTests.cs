using System.Text.Json;
using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>The bench itself: that it runs, says all it should, and counts. Its figures are of the machine and not tested.</summary>
internal sealed class HammerTests
{
    private static readonly string[] Keys =
    [
        "scenario", "suite", "inFlight", "documents", "documentsPerSecond", "deliveriesPerSecond", "receiptsPerSecond", "acceptMs", "deliveredMs", "signedForMs",
        "hubCpuMsPerDocument", "nodeCpuMsPerDocument", "peakResidentMiB", "errors", "lost", "duplicated", "limits",
    ];

    private static readonly string[] Measured =
    [
        "catchUpSeconds", "archivedDocumentsPerSecond", "archivedEntriesPerSecond", "startMs", "hubAfterStartMiB", "peakEmptyMiB", "peakCatchUpMiB", "peakFullMiB", "peakRebuildMiB", "auditEntriesPerSecond", "rebuildSeconds",
        "searchNumberP99Ms", "searchTitleP99Ms", "searchTitleOfOneP99Ms", "searchOfficeP99Ms", "searchTypeP99Ms", "searchTextP99Ms", "searchDateP99Ms",
        "ledgerMiB", "catalogueMiB", "volumesMiB", "fullTextMiB", "spoolMiB",
    ];

    private static readonly string[] Pages =
    [
        "inbox, Open", "inbox, all, a late page", "one received document", "received register, words of none", "outbox, Open", "outbox, all, a late page", "status board, every office", "sent register, a late page",
        "in progress", "overdue offices", "ranking, ten years", "archive, number", "archive, words of one title", "archive, word of one body", "archive, office, type and year", "archive, type, late page",
        "a document and its story", "offices", "accounts", "health", "audit trail",
    ];

    [Test]
    public async Task Documents_live_their_whole_life_under_the_hammer_and_none_is_lost_or_there_twice()
    {
        var (code, output) = await ProductProcess.RunAsync("DocExchange.Hammer", "life", "--in-flight", "2", "--seconds", "2", "--warm-up", "1", "--offices", "2", "--format", "json");

        Assert.That(code, Is.Zero, output);
        var result = JsonDocument.Parse(output).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.EnumerateObject().Select(each => each.Name), Is.SupersetOf(Keys));
            Assert.That(result.GetProperty("peakResidentMiB").GetProperty("nodes").GetArrayLength(), Is.EqualTo(3));
            Assert.That(result.GetProperty("compared").GetInt32(), Is.GreaterThan(0));
            Assert.That(result.GetProperty("errors").GetInt32(), Is.Zero, output);
            Assert.That(result.GetProperty("lost").GetInt32(), Is.Zero, output);
            Assert.That(result.GetProperty("duplicated").GetInt32(), Is.Zero, output);
        }
    }

    [Test]
    public async Task A_past_is_searched_audited_and_rebuilt_and_the_one_receipt_that_it_lacks_is_a_loss()
    {
        var (code, output) = await ProductProcess.RunAsync(
            "DocExchange.Hammer", "archive", "--documents", "3", "--offices", "2", "--left-out", "1", "--in-flight", "2", "--seconds", "2", "--warm-up", "1", "--format", "json");

        Assert.That(code, Is.EqualTo(1), output);
        var result = JsonDocument.Parse(output).RootElement;
        var particulars = result.GetProperty("particulars").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetDouble());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.GetProperty("errors").GetInt32(), Is.Zero, output);
            Assert.That(result.GetProperty("lost").GetInt32(), Is.EqualTo(1), output);
            Assert.That(result.GetProperty("notes").EnumerateArray().Select(note => note.GetString()), Has.Some.Contains("signed for by 1 of 2"));
            Assert.That(result.GetProperty("duplicated").GetInt32(), Is.Zero, output);
            Assert.That(particulars["pastEntries"], Is.EqualTo((3 * (2 + (2 * 2))) - 1));
            Assert.That(particulars["ledgerEntries"], Is.GreaterThan(particulars["pastEntries"]));
            Assert.That(particulars, Contains.Key("documentsPerSecondEmpty").And.ContainKey("documentsPerSecondFull"));
            Assert.That(Measured.Where(name => !(particulars.GetValueOrDefault(name) > 0)), Is.Empty, output);
        }
    }

    [Test]
    public async Task Pages_over_a_past_are_fetched_by_those_who_may_see_them_and_show_what_they_must()
    {
        var (code, output) = await ProductProcess.RunAsync("DocExchange.Hammer", "pages", "--registered", "60", "--archived", "200", "--offices", "3", "--fetches", "2", "--format", "json");

        Assert.That(code, Is.Zero, output);
        var result = JsonDocument.Parse(output).RootElement;
        var pages = result.GetProperty("pages").EnumerateArray().ToDictionary(page => page.GetProperty("page").GetString()!);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.GetProperty("errors").GetInt32(), Is.Zero, output);
            Assert.That(pages.Keys, Is.SupersetOf(Pages));
            Assert.That(pages.Values.Where(page => page.GetProperty("fetched").GetInt32() != 2 || page.GetProperty("mostBytes").GetInt32() == 0 || page.GetProperty("serverMs").GetProperty("p95").GetDouble() <= 0), Is.Empty, output);
            Assert.That(result.GetProperty("particulars").GetProperty("archivedDocuments").GetDouble(), Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Hub_and_nodes_killed_under_load_lose_and_double_nothing()
    {
        var (code, output) = await ProductProcess.RunAsync("DocExchange.Hammer", "torture", "--rounds", "2", "--seed", "11", "--offices", "2");

        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("round 2 of 2: ").And.Contain("2 rounds, 0 violations"));
    }
}
