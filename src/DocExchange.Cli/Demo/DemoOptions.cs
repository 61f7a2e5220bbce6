using DocExchange.Core.Documents;

namespace DocExchange.Cli.Demo;

/// <param name="Offices">Recipients, 2 to 141.</param>
/// <param name="Suite">intl or gm, for the keys of all offices.</param>
/// <param name="Body">Null: the sample that is shipped.</param>
/// <param name="Number">Null: the next of 京政发.</param>
/// <param name="Keep">Where all data stays; null: a temporary folder that is removed.</param>
/// <param name="StepLimit">How long any one step may take.</param>
internal sealed record DemoOptions(
    int Offices, string Suite, string? Body, IReadOnlyList<string> Attachments, string Title, string? Number, string? Keep, bool Serve, TimeSpan StepLimit)
{
    public const int MostOffices = 141;
    public const int FewestOffices = 2;
    public const string SampleTitle = "北京市人民政府关于推行电子公文交换的意见";

    /// <summary>Whether the file's name ends as a body's must.</summary>
    public static bool HasBodyType(string file) => BodyKinds.IsEnding(TypeOf(file));

    /// <summary>What this site takes as bodies: the usual types, and that of the body given.</summary>
    public IReadOnlyList<string> BodyTypes => [.. BodyKinds.Usual.Split(',').Append(TypeOf(Body ?? "")).Where(type => type.Length > 0).Distinct()];

    private static string TypeOf(string file) => Path.GetExtension(file).TrimStart('.').ToLowerInvariant();
}
