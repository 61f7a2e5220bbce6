using System.Text.Json;

namespace DocExchange.Hammer.Pages;

/// <summary>What is to be known of a past that was written, to fetch its pages once more: a file beside the data of a run.</summary>
internal sealed record KeptPast
{
    private const string FileName = "past.json";

    public required DateTimeOffset Until { get; init; }

    public required int Registered { get; init; }

    public required int Archived { get; init; }

    /// <summary>How many of the documents that were to be there are; null before.</summary>
    public int? Written { get; init; }

    /// <summary>The office whose register of received documents was filled.</summary>
    public required string Recipient { get; init; }

    /// <summary>The ledger index at which the past begins.</summary>
    public required long First { get; init; }

    /// <summary>The id of a document that really went to every office.</summary>
    public string Lived { get; init; } = "";

    /// <summary>Of the accounts of this run alone, by user.</summary>
    public IReadOnlyDictionary<string, string> Passwords { get; init; } = new Dictionary<string, string>();

    [System.Text.Json.Serialization.JsonIgnore]
    public PastPlan Plan => new(Until, Registered, Archived, Recipient, First, Written);

    public static KeptPast Read(string folder) => JsonSerializer.Deserialize<KeptPast>(File.ReadAllText(Path.Combine(folder, FileName)))!;

    public void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this));
}
