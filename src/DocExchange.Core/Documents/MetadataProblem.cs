namespace DocExchange.Core.Documents;

/// <summary>One fault of a metadata.xml.</summary>
/// <param name="Code">Stable, such as <c>METADATA_ELEMENT_MISSING</c> or <c>TEXT_TOO_LONG</c>.</param>
/// <param name="Element">The element it is about, as spelled in the file; <c>metadata</c> for the whole.</param>
public sealed record MetadataProblem(string Code, string Chinese, string English, string Element);

/// <summary>Metadata that may be neither written nor read, with every problem found.</summary>
public sealed class MetadataException(IReadOnlyList<MetadataProblem> problems)
    : FormatException($"The metadata is refused: {string.Join(" ", problems.Take(5).Select(problem => problem.English))}{(problems.Count > 5 ? $" … {problems.Count} problems in all." : "")}")
{
    public IReadOnlyList<MetadataProblem> Problems { get; } = problems;
}
