using System.Text;
using System.Xml;

namespace DocExchange.Trust.Ofd;

/// <summary>As what an XML file of an OFD is read: a signature's own parts are named where they belong in three kinds of them, and nowhere else.</summary>
internal enum OfdReadAs
{
    /// <summary>A document, a page, resources: whatever it names is content.</summary>
    Content,

    /// <summary>The same of what is handed over with the document and that nothing else names.</summary>
    Attachment,

    /// <summary>OFD.xml: Signatures names a list (GB/T 33190 §7.4).</summary>
    Root,

    /// <summary>Signatures.xml: Signature BaseLoc names a description (§18.1).</summary>
    List,

    /// <summary>Signature.xml: SignedValue and Seal BaseLoc name the value and the seal, and what it protects (Reference FileRef, §18.2) is not named as part of the document.</summary>
    Description,
}

/// <summary>What an XML file of an OFD names: the last step of every attribute and text, where some part is called so.</summary>
/// <param name="Steps">Whatever part is called so may be meant.</param>
/// <param name="OwnSteps">Named as a part of a signature: any other part that is called so may be meant.</param>
/// <param name="AttachedSteps">Named as an attachment (§20), which programs hand over and do not show.</param>
/// <param name="Count">How often a part was named.</param>
internal sealed record OfdLocations(IReadOnlySet<string> Steps, IReadOnlySet<string> OwnSteps, IReadOnlySet<string> AttachedSteps, int Count)
{
    // No name in the ZIP is longer, in percent-encoding either.
    private const int MaxStep = 4096;

    /// <summary>Null where it cannot be read to its end.</summary>
    /// <exception cref="OfdFormatException">It takes too much work.</exception>
    public static OfdLocations? Read(byte[] bytes, OfdLimits limits, OfdReadAs kind, OfdKnownNames known)
    {
        try
        {
            using var reader = OfdXml.Open(bytes, limits);
            return new Taker(kind, known).Read(reader, limits.MaxXmlDepth);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed class Taker(OfdReadAs kind, OfdKnownNames known)
    {
        private readonly HashSet<string> steps = new(StringComparer.Ordinal);
        private readonly HashSet<string> ownSteps = new(StringComparer.Ordinal);
        private readonly HashSet<string> attachedSteps = new(StringComparer.Ordinal);

        // Of each open element, with what its children hold: comments, CDATA and elements may stand inside a location. Those of closed ones are used again.
        private readonly List<(string Name, StringBuilder Text)> open = [("", new StringBuilder())];
        private int depth;
        private int count;

        public OfdLocations? Read(XmlReader reader, int maxDepth)
        {
            while (reader.Read())
            {
                if (reader.Depth > maxDepth)
                {
                    return null;
                }

                if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                {
                    Append(open[depth].Text, reader.Value);
                }
                else if (reader.NodeType == XmlNodeType.EndElement)
                {
                    Close();
                }
                else if (reader.NodeType == XmlNodeType.Element)
                {
                    Open(reader);
                }
            }

            return new OfdLocations(steps, ownSteps, attachedSteps, count);
        }

        private void Open(XmlReader reader)
        {
            var name = reader.LocalName;
            if (!reader.IsEmptyElement)
            {
                if (++depth == open.Count)
                {
                    open.Add((name, new StringBuilder()));
                }

                open[depth] = (name, open[depth].Text.Clear());
            }

            while (reader.MoveToNextAttribute())
            {
                Take(reader.Value, PlaceOf(reader.LocalName, name));
            }
        }

        private void Close()
        {
            var (name, text) = open[depth--];
            if (text.Length > 0)
            {
                var value = text.ToString();
                var place = PlaceOf(name, open[depth].Name);
                Take(value, place);
                if (place == Place.Anywhere)
                {
                    Append(open[depth].Text, known.ShortOf(value));
                }
            }
        }

        /// <summary>What an attribute, or an element that holds text, is in the element around it.</summary>
        private Place PlaceOf(string name, string around) => (kind, name, around) switch
        {
            (OfdReadAs.Description, "FileRef", "Reference") => Place.Protected,
            (OfdReadAs.Root, "Signatures", "DocBody") or (OfdReadAs.List, "BaseLoc", "Signature") or (OfdReadAs.Description, "BaseLoc", "Seal") or (OfdReadAs.Description, "SignedValue", _) => Place.Own,

            // §19.2: what a version consists of, not what it shows.
            (_, "File", "FileList") => Place.Own,
            (_, _, "Attachment") => Place.Attached,
            _ => Place.Anywhere,
        };

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

        private void Take(string value, Place place)
        {
            if (place == Place.Protected)
            {
                return;
            }

            // Most of what there is are numbers, which end as no part does.
            var location = value.AsSpan().Trim();
            if (location.IsEmpty || (char.IsAsciiLetterOrDigit(location[^1]) && !known.Ends.Contains(location[^1]) && !location.ContainsAny('%', ':')))
            {
                return;
            }

            var named = place switch { Place.Own => ownSteps, Place.Attached => attachedSteps, _ => steps };
            Take(location, named);
            if (location.Contains('%') && known.Unescaped(location) is var plain)
            {
                Take(plain.AsSpan().Trim(), named);
            }
        }

        private void Take(ReadOnlySpan<char> location, HashSet<string> named)
        {
            foreach (var name in known.NamesOf(OfdNames.LastStepOf(location)))
            {
                named.Add(name);
                count++;
            }
        }
    }

    private enum Place
    {
        Anywhere,
        Own,
        Attached,
        Protected,
    }
}
