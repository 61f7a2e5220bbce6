using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>Lines of a log are found by what they are about: one name a thing, and nothing that opens a key.</summary>
public sealed partial class LogTests
{
    private static readonly string[] OtherNames = ["DocumentId", "Doc", "Id", "PackageId", "StatementId", "OfficeId", "NodeId"];
    private static readonly string[] Secrets = ["Password", "Pin", "Secret", "Key", "Cms", "Invitation", "Cookie", "Bearer"];

    private static readonly IReadOnlyList<(string File, string Property)> Properties =
    [
        .. Repository.Files.Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Template().Matches(Repository.Read(file)).SelectMany(template => Property().Matches(template.Groups[1].Value)).Select(match => (file, match.Groups[1].Value))),
    ];

    [Test]
    public void Name_documents_packages_and_statements_alike_everywhere()
    {
        Assert.That(Properties.Select(each => each.Property), Has.Some.EqualTo("Document").And.Some.EqualTo("Package").And.Some.EqualTo("Statement"));
        Assert.That(Properties.Where(each => OtherNames.Contains(each.Property)), Is.Empty);
    }

    [Test]
    public void Hold_no_secret() => Assert.That(Properties.Where(each => Secrets.Contains(each.Property)), Is.Empty);

    [GeneratedRegex("""LoggerMessage\([^)]*Message = "((?:[^"\\]|\\.)*)"\)""")]
    private static partial Regex Template();

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Property();
}
