using System.Text.RegularExpressions;
using DocExchange.Hub.Operations;
using DocExchange.Node;
using DocExchange.Pages;
using DocExchange.Pages.SigningIn;
using DocExchange.Pages.Words;
using DocExchange.Tests.House;
using Microsoft.AspNetCore.Routing;

namespace DocExchange.Tests.Pages;

/// <summary>What holds of every page there is.</summary>
public sealed partial class PageRulesTests
{
    [Test]
    public async Task Every_page_and_act_of_the_desk_says_who_may_ask_for_it()
    {
        await using var desk = await TestDesk.StartAsync();
        var pages = desk.Endpoints.OfType<RouteEndpoint>().Where(endpoint => !IsOfTheSocket(endpoint)).ToList();
        var silent = pages.Where(endpoint => endpoint.Metadata.GetMetadata<AllowedAttribute>() is null && endpoint.Metadata.GetMetadata<ForEverybodyAttribute>() is null && endpoint.Metadata.GetMetadata<ForTokensAttribute>() is null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pages, Has.Count.GreaterThan(8));
            // The framework's own, which the guard answers to nobody.
            Assert.That(silent.Select(endpoint => endpoint.DisplayName).Except(["Blazor Opaque Redirection"]), Is.Empty);
        }
    }

    [TestCase("DocExchange.Node", typeof(NodeApplication))]
    [TestCase("DocExchange.Hub", typeof(HubHost))]
    public void All_words_that_pages_use_are_there_in_both_languages(string project, Type within)
    {
        // The book itself refuses a text that is not in both languages.
        var book = new WordBook(typeof(PagesSetup).Assembly, within.Assembly);
        var used = new[] { "DocExchange.Pages", project }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", folder), "*.*", SearchOption.AllDirectories))
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => WordUse().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), Word: match.Groups[1].Value)))
            .ToList();
        Assert.That(used.Where(use => !book.Names.Contains(use.Word) && !(use.Word.EndsWith('-') && book.Names.Any(name => name.StartsWith(use.Word, StringComparison.Ordinal)))), Is.Empty);
    }

    [Test]
    public void The_audit_trail_says_in_words_that_an_alarm_was_closed_or_a_backup_restored()
    {
        var book = new WordBook(typeof(PagesSetup).Assembly, typeof(NodeApplication).Assembly);
        Assert.That(new[] { "act.CloseAlarm", "what.number", "what.note", "act.Restore", "what.backup", "what.file" }, Is.SubsetOf(book.Names));
    }

    // What gRPC maps, and what the framework serves it with.
    private static bool IsOfTheSocket(RouteEndpoint endpoint) =>
        endpoint.Metadata.Any(each => each.GetType().FullName?.StartsWith("Grpc.", StringComparison.Ordinal) == true)
        || endpoint.DisplayName?.StartsWith("gRPC", StringComparison.Ordinal) == true;

    [GeneratedRegex("(?<![A-Za-z])T\\(\"([a-z0-9.-]+)\"")]
    private static partial Regex WordUse();
}
