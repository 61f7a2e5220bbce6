using System.Buffers.Binary;
using System.Text.RegularExpressions;

namespace DocExchange.Tests.House;

/// <summary>README's pictures are there, small, and all of one size; a picture that nobody shows is none.</summary>
internal sealed partial class PicturesTests
{
    private const string Folder = "tests/DocExchange.BrowserTests/Pictures/";
    private const int Largest = 150 * 1024;

    private static IReadOnlyList<string> Shown => [.. Picture().Matches(Repository.Read("README.md")).Select(match => match.Groups[1].Value)];

    [Test]
    public void Readme_shows_every_picture_there_is_and_no_other()
    {
        Assert.That(Shown, Has.Count.InRange(4, 5));
        Assert.That(Shown, Is.EquivalentTo(Repository.Files.Where(file => file.EndsWith(".png", StringComparison.Ordinal))));
        Assert.That(Shown, Is.All.StartsWith(Folder));
    }

    [Test]
    public void Each_is_a_screen_of_1366_by_768_in_at_most_150_KiB()
    {
        foreach (var file in Shown)
        {
            var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, file));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(bytes, Has.Length.LessThanOrEqualTo(Largest), file);
                Assert.That(Convert.ToHexString(bytes, 0, 8), Is.EqualTo("89504E470D0A1A0A"), file);
                Assert.That((Number(bytes, 16), Number(bytes, 20)), Is.EqualTo((1366, 768)), file);
            }
        }
    }

    [Test]
    public void The_tool_that_renews_them_knows_each()
    {
        var tool = Regex.Match(Repository.Read("tools/pictures.sh"), "for picture in ([a-z ]+); do").Groups[1].Value.Split(' ');
        var taken = Repository.Read(Folder + "PicturesTests.cs");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tool.Select(name => $"{Folder}{name}.png"), Is.EquivalentTo(Shown));
            Assert.That(tool.Where(name => !taken.Contains($"\"readme-{name}\"", StringComparison.Ordinal)), Is.Empty, "pictures that no test takes");
        }
    }

    // IHDR: width and height, most significant byte first.
    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    [GeneratedRegex(@"!\[[^\]]*\]\(([^)]+)\)")]
    private static partial Regex Picture();
}
