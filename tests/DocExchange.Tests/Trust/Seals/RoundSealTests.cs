using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

public sealed partial class RoundSealTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Test]
    public void Draws_rim_star_and_every_character_of_the_name_in_order()
    {
        var svg = XDocument.Parse(RoundSeal.Svg(new RoundSealText { Name = "北京市人民政府" })).Root!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(svg.Attribute("width")!.Value, Is.EqualTo("45mm"));
            Assert.That(svg.Elements(Svg + "circle").Count(), Is.EqualTo(1));
            Assert.That(svg.Element(Svg + "polygon")!.Attribute("points")!.Value.Split(' '), Has.Length.EqualTo(10));
            Assert.That(string.Concat(svg.Descendants(Svg + "text").Select(text => text.Value)), Is.EqualTo("北京市人民政府"));
            Assert.That(Turns(svg), Is.Ordered);
            Assert.That(Turns(svg)[3], Is.Zero, "the middle character stands upright at the top");
        }
    }

    [TestCase(1, "")]
    [TestCase(7, "")]
    [TestCase(12, "专用章")]
    [TestCase(30, "")]
    [TestCase(30, "公文交换专用章")]
    public void Keeps_characters_from_touching_each_other(int length, string bottom)
    {
        var svg = XDocument.Parse(RoundSeal.Svg(new RoundSealText { Name = new string('国', length), Bottom = bottom })).Root!;
        var turns = Turns(svg);
        var first = svg.Descendants(Svg + "text").First();
        var height = double.Parse(first.Attribute("font-size")!.Value, CultureInfo.InvariantCulture);
        var width = height * double.Parse(Scale().Match(first.Attribute("transform")!.Value).Groups[1].Value, CultureInfo.InvariantCulture);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(turns, Has.Count.EqualTo(length));
            Assert.That(turns[^1] - turns[0], Is.LessThanOrEqualTo(270.1));
            if (length > 1)
            {
                // The feet of the characters lie on a circle of at least 15 mm.
                Assert.That((turns[1] - turns[0]) * Math.PI / 180 * 15.5, Is.GreaterThan(width * 0.95));
            }
        }
    }

    [Test]
    public void Escapes_markup_in_a_name()
    {
        var svg = RoundSeal.Svg(new RoundSealText { Name = "<a>&\"'", Bottom = "<b/>" });
        Assert.That(string.Concat(XDocument.Parse(svg).Root!.Descendants(Svg + "text").Select(text => text.Value)), Is.EqualTo("<a>&\"'<b/>"));
    }

    [Test]
    public void Draws_a_picture_that_may_be_shown_and_imported()
    {
        var picture = RoundSeal.Draw(new RoundSealText { Name = "北京市人民政府办公厅", Bottom = "专用章", DiameterMm = 42 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(picture.DisplayType, Is.EqualTo("image/svg+xml"));
            Assert.That(SealPicture.FromFile(picture.Data, 42, 42), Is.EqualTo(picture));
        }
    }

    [TestCase("", "", 45)]
    [TestCase("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", "", 45)]
    [TestCase("北京\u0000", "", 45)]
    [TestCase("北京", "一二三四五六七八九十一二三", 45)]
    [TestCase("北京", "", 19)]
    [TestCase("北京", "", 101)]
    public void Refuses_what_does_not_fit(string name, string bottom, int diameter) =>
        Assert.That(() => RoundSeal.Svg(new RoundSealText { Name = name, Bottom = bottom, DiameterMm = diameter }), Throws.ArgumentException);

    private static List<double> Turns(XElement svg) =>
        [.. Turn().Matches(svg.ToString()).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"rotate\(([-.\d]+)\)")]
    private static partial Regex Turn();

    [GeneratedRegex(@"scale\(([.\d]+) 1\)")]
    private static partial Regex Scale();
}
