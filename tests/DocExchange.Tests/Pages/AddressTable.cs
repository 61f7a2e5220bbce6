using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DocExchange.Tests.Pages;

/// <summary>
/// Who is answered at which address: lines of <c>pattern roles…</c>, or <c>everybody</c> who has signed in, or
/// <c>anybody</c> at all. It is written down apart from the code, so that a slip there is seen here.
/// </summary>
internal sealed partial class AddressTable
{
    private readonly Dictionary<string, IReadOnlyList<string>> rows;

    public AddressTable(string lines) => rows = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[0], words => (IReadOnlyList<string>)words[1..]);

    /// <summary>What is answered to GET at the browsers' door, as its patterns are written; programs' addresses apart.</summary>
    public static IReadOnlyList<string> Patterns(IEnumerable<Endpoint> endpoints) => [.. endpoints.OfType<RouteEndpoint>()
        .Where(each => each.Metadata.GetMetadata<DocExchange.Pages.SigningIn.AllowedAttribute>() is not null || each.Metadata.GetMetadata<DocExchange.Pages.SigningIn.ForEverybodyAttribute>() is not null)
        .Where(each => each.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods: var methods } || methods.Contains("GET"))
        .Select(each => "/" + each.RoutePattern.RawText!.TrimStart('/')).Distinct().Order(StringComparer.Ordinal)];

    public void Covers(IEnumerable<Endpoint> endpoints) => Assert.That(Patterns(endpoints), Is.EquivalentTo(rows.Keys), "each address has its row, and each row its address");

    /// <summary>Asks for every address as somebody with this role; null: signed out.</summary>
    /// <param name="office">Put in the place of the office.</param>
    public async Task AskAllAsync(PagesClient browser, string? role, string office = "fgw")
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (pattern, allowed) in rows)
            {
                var answer = await browser.GetAsync(Sample(pattern, office));
                var says = $"{role ?? "signed out"} {pattern}: {(int)answer.Status} {answer.Location}";
                if (allowed.Contains("anybody") || (role is not null && (allowed.Contains("everybody") || allowed.Contains(role))))
                {
                    // What is asked for may not be there; refused it is not.
                    Assert.That((int)answer.Status, Is.Not.EqualTo(403).And.LessThan(500), says);
                    Assert.That(answer.Location ?? "", Does.Not.StartWith("/sign-in"), says);
                }
                else if (role is null)
                {
                    Assert.That(answer.Location ?? "", Does.StartWith("/sign-in"), says);
                }
                else
                {
                    Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Forbidden), says);
                }
            }
        }
    }

    private static string Sample(string pattern, string office) => Part().Replace(pattern, part => part.Groups[1].Value switch
    {
        "Office" => office,
        "number" => "1",
        "name" => "site.css",
        "Id" when pattern.Contains("/people/", StringComparison.Ordinal) => "nobody",
        "Id" or "id" when pattern.Contains("/drafts/", StringComparison.Ordinal) || pattern.Contains("/sealing/", StringComparison.Ordinal) => "0000000000000000",
        _ => new string('0', 64),
    });

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Part();
}
