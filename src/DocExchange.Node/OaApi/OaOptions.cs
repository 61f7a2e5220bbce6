using System.ComponentModel.DataAnnotations;

namespace DocExchange.Node.OaApi;

/// <summary>What OA systems may ask of the node. Section <c>OaApi</c> of settings.json.</summary>
internal sealed class OaOptions
{
    /// <summary>Days an answer is kept under its Idempotency-Key.</summary>
    [Range(1, 90)]
    public int KeepAnswersDays { get; set; } = 7;

    /// <summary>Answers that are kept; the oldest goes first.</summary>
    [Range(100, 1_000_000)]
    public int MostAnswers { get; set; } = 50_000;

    /// <summary>Tokens of one office that are in force.</summary>
    [Range(1, 100)]
    public int MostTokens { get; set; } = 20;

    /// <summary>Longest validity of a token, in days.</summary>
    [Range(1, 3650)]
    public int LongestTokenDays { get; set; } = 400;

    /// <summary>Requests of one token in a minute.</summary>
    [Range(10, 100_000)]
    public int RequestsPerMinute { get; set; } = 600;
}
