using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace DocExchange.Tests.Core;

/// <summary>
/// Files that must read the same for ever. With DOCEXCHANGE_WRITE_GOLDEN=1 a missing one is written, never an existing
/// one: a format that changes gets a new version.
/// </summary>
internal static class Golden
{
    /// <param name="name">Beside the calling test.</param>
    public static byte[] Read(string name, Func<byte[]> make, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, name);
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("DOCEXCHANGE_WRITE_GOLDEN") == "1")
        {
            File.WriteAllBytes(path, make());
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>Everything a published schema finds wrong with a document.</summary>
    public static IReadOnlyList<string> Validate(byte[] xml, string schema)
    {
        using var source = typeof(DocExchange.Core.Documents.MetadataSchema).Assembly.GetManifestResourceStream($"DocExchange.Core.Schemas.{schema}")!;
        using var reader = XmlReader.Create(source);
        var set = new XmlSchemaSet();
        set.Add(null, reader);
        var problems = new List<string>();
        XDocument.Load(new MemoryStream(xml)).Validate(set, (_, problem) => problems.Add(problem.Message));
        return problems;
    }
}
