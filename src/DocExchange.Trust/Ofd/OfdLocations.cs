using System.Text;
using System.Xml;

namespace DocExchange.Trust.Ofd;

/// <summary>What an XML file of an OFD names: every attribute and text whose last step is the name of a part.</summary>
/// <param name="Locations">To be followed from the folder of the file.</param>
/// <param name="Steps">The last step of each, also of what is too long to be followed: whatever part is called so may be meant.</param>
/// <param name="Base">The folder that the root element says resources lie in (Res BaseLoc, GB/T 33190 §7.9); null where it does not.</param>
internal sealed record OfdLocations(IReadOnlySet<string> Locations, IReadOnlySet<string> Steps, string? Base)
{
    private const int MaxLocation = 512;

    // No name in the ZIP is longer, in percent-encoding either.
    private const int MaxStep = 4096;

    /// <summary>Null where it cannot be read to its end.</summary>
    /// <param name="fileNames">The last steps of all paths.</param>
    /// <param name="isDescription">A Signature.xml: what it protects (Reference FileRef, GB/T 33190 §18.2) is not named as part of the document.</param>
    public static OfdLocations? Read(byte[] bytes, OfdLimits limits, IReadOnlySet<string> fileNames, bool isDescription = false)
    {
        try
        {
            using var reader = OfdXml.Open(bytes, limits);
            return new Taker(fileNames, isDescription).Read(reader, limits.MaxXmlDepth);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string LastStepOf(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    private sealed class Taker(IReadOnlySet<string> fileNames, bool isDescription)
    {
        private readonly HashSet<string> locations = new(StringComparer.Ordinal);
        private readonly HashSet<string> steps = new(StringComparer.OrdinalIgnoreCase);

        // Of each open element, with what its children hold: comments, CDATA and elements may stand inside a location.
        private readonly Stack<StringBuilder> texts = new([new StringBuilder()]);

        public OfdLocations? Read(XmlReader reader, int maxDepth)
        {
            string? resources = null;
            while (reader.Read())
            {
                if (reader.Depth > maxDepth)
                {
                    return null;
                }

                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                {
                    Append(texts.Peek(), reader.Value);
                }
                else if (reader.NodeType == XmlNodeType.EndElement)
                {
                    Close();
                }
                else if (reader.NodeType == XmlNodeType.Element)
                {
                    if (!reader.IsEmptyElement)
                    {
                        texts.Push(new StringBuilder());
                    }

                    while (reader.MoveToNextAttribute())
                    {
                        if (!isDescription || reader.LocalName != "FileRef")
                        {
                            Take(reader.Value, isCut: false);
                        }

                        resources = reader is { Depth: 1, LocalName: "BaseLoc" } ? reader.Value : resources;
                    }
                }
            }

            return new OfdLocations(locations, steps, resources);
        }

        private void Close()
        {
            var text = texts.Pop();
            if (text.Length > 0)
            {
                var value = text.ToString();
                Take(value, isCut: text.Length > MaxStep);
                Append(texts.Peek(), value);
            }
        }

        /// <summary>Keeps the end of what is long, where the last step stands, and of blanks in front nothing.</summary>
        private static void Append(StringBuilder text, string value)
        {
            text.Append(text.Length == 0 ? value.TrimStart() : value);
            if (text.Length > 4 * MaxStep)
            {
                var trimmed = text.ToString().TrimEnd();
                text.Clear().Append(trimmed.AsSpan(Math.Max(0, trimmed.Length - MaxStep - 1)));
            }
        }

        private void Take(string value, bool isCut)
        {
            var location = value.Trim();
            var last = LastStepOf(location);
            if (last is "." or ".." || (last.Length == 0 && location.Length is > 0 and <= MaxLocation))
            {
                last = LastStepOf((OfdNames.Resolve("", location) ?? "").TrimEnd('/'));
            }

            if (last.Length is 0 or > MaxStep || NameOf(last) is not { } name)
            {
                return;
            }

            steps.Add(name);
            if (!isCut && location.Length <= MaxLocation)
            {
                locations.Add(location);
            }
        }

        private string? NameOf(string last)
        {
            if (fileNames.Contains(last))
            {
                return last;
            }

            return last.Contains('%') && LastStepOf(Uri.UnescapeDataString(last)) is var plain && fileNames.Contains(plain) ? plain : null;
        }
    }
}
