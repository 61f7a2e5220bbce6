namespace DocExchange.Core.Documents;

/// <summary>An element of a document as screens name it.</summary>
public sealed record NamedElement(string Chinese, string English, string Value);

/// <summary>The elements of GB/T 33480 that are no column of any list: for whoever seals, receives or reads a document.</summary>
public static class FurtherElements
{
    /// <summary>Those the document has, in the order of the standard; its relations last.</summary>
    public static IReadOnlyList<NamedElement> Of(DocumentMetadata metadata)
    {
        (string Chinese, string English, string? Value)[] elements =
        [
            ("公文标识（GB/T 33477）", "Identifier (GB/T 33477)", metadata.Identifier?.ToString()),
            ("份号", "Copy number", metadata.CopyNumber),
            ("发文机关标志", "Masthead", metadata.Masthead),
            ("签发人署名", "Signed by", metadata.LeaderSignature),
            ("附注", "Notes", metadata.Notes),
            ("印发机关", "Printed by", metadata.PrintedBy),
            ("印发日期", "Printed on", metadata.PrintedOn is { } day ? MetadataWriter.Print(day) : null),
            ("发布层次", "Release level", metadata.ReleaseLevel),
            ("公开属性", "Publicity", metadata.Publicity == Publicity.Unstated ? null : metadata.Publicity.Chinese()),
            .. metadata.Relations.Select(relation => (relation.Kind.Chinese(), relation.Kind.English(), (string?)$"{relation.Number} {relation.Document}".Trim())),
        ];
        return [.. elements.Where(element => element.Value is not null).Select(element => new NamedElement(element.Chinese, element.English, element.Value!))];
    }
}
