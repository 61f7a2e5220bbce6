using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>Others write their programs by the .proto files: everything in them says what it is.</summary>
internal sealed partial class ProtoTests
{
    private static readonly IReadOnlyList<string> Protos = [.. Repository.Files.Where(file => file.EndsWith(".proto", StringComparison.Ordinal))];

    [Test]
    public void Everything_in_a_proto_has_a_comment()
    {
        Assert.That(Protos, Has.Count.GreaterThan(5));
        Assert.That(Protos.SelectMany(file => Uncommented(file, Repository.Read(file))), Is.Empty, "Say what it is and, where it is signed, who signs it.");
    }

    [Test]
    public void Every_proto_stays_in_its_package_and_begins_its_enums_with_UNSPECIFIED()
    {
        foreach (var file in Protos)
        {
            var text = Repository.Read(file);
            var package = Path.GetDirectoryName(Path.GetRelativePath("proto", file))!.Replace('/', '.');
            Assert.That(text, Does.Contain($"package {package};"), file);
            Assert.That(FirstEnumValue().Matches(text).Select(match => match.Groups[1].Value), Is.All.EndsWith("_UNSPECIFIED"), file);
        }
    }

    [TestCase("service Desk {")]
    [TestCase("rpc Ask(Question) returns (stream Answer);")]
    [TestCase("rpc Ask(stream docexchange.v1.Question) returns (Answer) {")]
    [TestCase("message Question {")]
    [TestCase("message Question {}")]
    [TestCase("enum Kind {")]
    [TestCase("oneof part {")]
    [TestCase("string name = 1;")]
    [TestCase("repeated docexchange.v1.Item items = 12;")]
    [TestCase("map<string, string> details = 4;")]
    [TestCase("optional string former_name = 2 [deprecated = true];")]
    [TestCase("KIND_OTHER = 1;")]
    public void What_has_no_comment_directly_above_is_named_with_its_line(string declaration)
    {
        string[] found = [$"a.proto:3: {declaration}"];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Uncommented("a.proto", $"// Of the file.\n\n{declaration}\n"), Is.EqualTo(found));
            Assert.That(Uncommented("a.proto", $"\n//\n{declaration}\n"), Is.EqualTo(found), "An empty comment says nothing.");
            Assert.That(Uncommented("a.proto", $"\n  // What it is.\n  {declaration}\n"), Is.Empty);
        }
    }

    [TestCase("string name = 1; // What it is.", ExpectedResult = 0)]
    [TestCase("KIND_OTHER = 1; // What it is.", ExpectedResult = 0)]
    [TestCase("message Question { // What it is.", ExpectedResult = 1)]
    [TestCase("rpc Ask(Question) returns (Answer); // What it is.", ExpectedResult = 1)]
    [TestCase("syntax = \"proto3\";", ExpectedResult = 0)]
    [TestCase("package docexchange.v1;", ExpectedResult = 0)]
    [TestCase("option deadline = 5;", ExpectedResult = 0)]
    [TestCase("reserved 4, 7;", ExpectedResult = 0)]
    [TestCase("returns (Answer);", ExpectedResult = 0)]
    [TestCase("}", ExpectedResult = 0)]
    public int A_comment_at_the_end_of_the_line_is_for_fields_and_values(string line) => Uncommented("a.proto", line).Count();

    private static IEnumerable<string> Uncommented(string file, string text)
    {
        var isCommented = false;
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            var isOfBlock = Block().IsMatch(line);
            if (!isCommented && (isOfBlock || FieldOrValue().IsMatch(line)) && (isOfBlock || !EndComment().IsMatch(line)))
            {
                yield return $"{file}:{number}: {line}";
            }

            isCommented = line.StartsWith("//", StringComparison.Ordinal) && line.TrimStart('/').Length > 0;
        }
    }

    [GeneratedRegex(@"^(message|service|rpc|enum|oneof)\s+\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Block();

    // A value has no type before its name.
    [GeneratedRegex(@"^(?!option\s)((repeated|optional|required)\s+)?((map\s*<[^>]+>|[\w.]+)\s+)?\w+\s*=\s*-?\d\w*\s*[;\[]", RegexOptions.CultureInvariant)]
    private static partial Regex FieldOrValue();

    [GeneratedRegex(@";\s*//+\s*\S", RegexOptions.CultureInvariant)]
    private static partial Regex EndComment();

    [GeneratedRegex(@"enum \w+ \{\s*(?://[^\n]*\n\s*)*(\w+) = 0;", RegexOptions.CultureInvariant)]
    private static partial Regex FirstEnumValue();
}
