namespace DocExchange.Core.Documents;

/// <summary>The published schema of metadata.xml, for other people's tools.</summary>
public static class MetadataSchema
{
    public const string Namespace = "urn:docexchange:metadata:1";

    /// <summary>Schemas/metadata.xsd as it is built into this assembly. The caller disposes of the stream.</summary>
    public static Stream Open() =>
        typeof(MetadataSchema).Assembly.GetManifestResourceStream("DocExchange.Core.Schemas.metadata.xsd")
        ?? throw new InvalidOperationException("Schemas/metadata.xsd is not built into DocExchange.Core.");
}
