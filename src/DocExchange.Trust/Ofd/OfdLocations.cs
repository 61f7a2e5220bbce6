using System.Buffers;
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
/// <param name="Outside">Locations of what is shown that lead out of the file, some of them where there are many.</param>
internal sealed record OfdLocations(IReadOnlySet<string> Steps, IReadOnlySet<string> OwnSteps, IReadOnlySet<string> AttachedSteps, int Count, IReadOnlySet<string> Outside)
{
    // Behind which a name may stand, whatever the text ends in.
    private static readonly SearchValues<char> OtherEnds = SearchValues.Create("%:?#~");
    private static readonly SearchValues<char> Separators = SearchValues.Create("/\\?#");

    // More would not be named.
    private const int MaxOutside = 32;

    /// <summary>Null where it cannot be read to its end.</summary>
    /// <param name="isOfPart">Whether what reads like a location outside the file is what a part of it is called.</param>
    /// <exception cref="OfdFormatException">It takes too much work.</exception>
    public static OfdLocations? Read(byte[] bytes, OfdLimits limits, OfdReadAs kind, OfdKnownNames known, Func<string, bool> isOfPart)
    {
        try
        {
            using var reader = OfdXml.Open(bytes, limits);
            return new Taker(kind, known, isOfPart).Read(reader, limits.MaxXmlDepth);
        }
        catch (Exception fault) when (fault is XmlException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed class Taker(OfdReadAs kind, OfdKnownNames known, Func<string, bool> isOfPart)
    {
        private readonly HashSet<string> steps = new(StringComparer.Ordinal);
        private readonly HashSet<string> ownSteps = new(StringComparer.Ordinal);
        private readonly HashSet<string> attachedSteps = new(StringComparer.Ordinal);
        private readonly HashSet<string> outside = new(StringComparer.Ordinal);

        // Those of closed elements are used again.
        private readonly List<OfdOpenElement> open = [new OfdOpenElement()];
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
                    var element = open[depth];
                    foreach (var reading in element.Add(OfdSameNames.WithoutIgnorable(reader.Value)))
                    {
                        Take(reading, element.Place);
                        TakeOutside(reading, element, depth);
                    }

                    Shorten(element);
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

            return new OfdLocations(steps, ownSteps, attachedSteps, count, outside);
        }

        private void Open(XmlReader reader)
        {
            var (name, around) = (reader.LocalName, open[depth]);
            if (around.BeginChild() is { } run)
            {
                Take(run, around.Place);
                TakeOutside(run, around, depth);
            }

            if (!reader.IsEmptyElement)
            {
                if (++depth == open.Count)
                {
                    open.Add(new OfdOpenElement());
                }

                open[depth].Begin(name, PlaceOf(name, around.Name));
            }

            while (reader.MoveToNextAttribute())
            {
                Take(reader.Value, PlaceOf(reader.LocalName, name));
                TakeOutside(reader.Value, reader.LocalName, PlaceOf(reader.LocalName, name));
            }
        }

        private void Close()
        {
            var element = open[depth--];
            var readings = element.End();
            foreach (var reading in readings)
            {
                TakeOutside(reading, element, depth + 1);
                if (element.IsLong)
                {
                    TakeEach(reading, element.Place);
                }
                else
                {
                    Take(reading, element.Place);
                }
            }

            if (element.Place == OfdPlace.Anywhere && readings is [var whole, ..])
            {
                open[depth].AddOfChild(known.ShortOf(whole), element.IsLong);
                Shorten(open[depth]);
            }
        }

        // A file of extensions or annotations is called as the element of a document that tells where it is: what is in it is text.
        private void TakeOutside(string value, OfdOpenElement element, int level)
        {
            if (level > 1)
            {
                TakeOutside(value, element.Name, element.Place);
            }
        }

        private void TakeOutside(string value, string name, OfdPlace place)
        {
            if (place == OfdPlace.Anywhere && (kind is OfdReadAs.Content or OfdReadAs.Root) && outside.Count < MaxOutside && OfdOutside.IsLocation(name)
                && OfdOutside.Read(value, known.DeepestFolder) is { } location && !outside.Contains(location) && !isOfPart(location))
            {
                outside.Add(location);
            }
        }

        // Of what is longer than any location every step counts: where it leads is not kept.
        private void Shorten(OfdOpenElement element)
        {
            foreach (var dropped in element.Shorten())
            {
                TakeEach(dropped, element.Place);
            }
        }

        /// <summary>What an attribute, or an element that holds text, is in the element around it.</summary>
        private OfdPlace PlaceOf(string name, string around) => (kind, name, around) switch
        {
            (OfdReadAs.Description, "FileRef", "Reference") => OfdPlace.Protected,
            (OfdReadAs.Root, "Signatures", "DocBody") or (OfdReadAs.List, "BaseLoc", "Signature") or (OfdReadAs.Description, "BaseLoc", "Seal") or (OfdReadAs.Description, "SignedValue", _) => OfdPlace.Own,

            // §19.2: what a version consists of, not what it shows.
            (_, "File", "FileList") => OfdPlace.Own,
            (_, _, "Attachment") => OfdPlace.Attached,
            _ => OfdPlace.Anywhere,
        };

        private void Take(string value, OfdPlace place)
        {
            if (place == OfdPlace.Protected)
            {
                return;
            }

            // Most of what there is are numbers, which end as no part does.
            var location = OfdSameNames.WithoutIgnorable(value).AsSpan().Trim();
            if (location.IsEmpty || (char.IsAsciiLetterOrDigit(location[^1]) && !known.Ends.Contains(location[^1]) && !location.ContainsAny(OtherEnds)))
            {
                return;
            }

            var named = SetOf(place);
            Take(location, named);
            for (var round = 0; round < 2 && location.Contains('%'); round++)
            {
                location = known.Unescaped(location).AsSpan().Trim();
                Take(location, named);
            }
        }

        private void Take(ReadOnlySpan<char> location, HashSet<string> named)
        {
            TakeStep(OfdNames.LastStepOf(location), named);

            // What fetches parts by address leaves out what is asked and the place within, what is written in C all behind a zero.
            if (location.IndexOfAny('?', '#', '\0') is var end and >= 0)
            {
                TakeStep(OfdNames.LastStepOf(location[..end].Trim()), named);
            }
        }

        private void TakeEach(string text, OfdPlace place)
        {
            if (place == OfdPlace.Protected)
            {
                return;
            }

            var named = SetOf(place);
            foreach (var form in text.Contains('%') ? [text, known.Unescaped(text)] : new[] { text })
            {
                foreach (var range in form.AsSpan().SplitAny(Separators))
                {
                    TakeStep(form.AsSpan(range).Trim(), named);
                }
            }
        }

        private void TakeStep(ReadOnlySpan<char> step, HashSet<string> named)
        {
            Add(known.NamesOf(step));
            if (step.Contains('+') && step.Length <= OfdOpenElement.MaxText)
            {
                Add(known.NamesOf(step.ToString().Replace('+', ' ')));
            }

            // Some programs make one blank of several, and addresses have no ends of lines.
            if (step.ContainsAny('\t', '\r', '\n') || step.IndexOf("  ", StringComparison.Ordinal) >= 0)
            {
                Add(known.NamesOf(known.Joined(step, " ")));
                Add(known.NamesOf(known.Joined(step, "")));
            }

            void Add(IEnumerable<string> names)
            {
                foreach (var name in names)
                {
                    named.Add(name);
                    count++;
                }
            }
        }

        private HashSet<string> SetOf(OfdPlace place) => place switch { OfdPlace.Own => ownSteps, OfdPlace.Attached => attachedSteps, _ => steps };
    }
}

/// <summary>What a name in XML is by where it stands.</summary>
internal enum OfdPlace
{
    Anywhere,
    Own,
    Attached,
    Protected,
}
