using System.Text;
using CsCheck;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

public sealed class SealPictureTests
{
    // The smallest files that other programs read: 1 by 1 pixel each.
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    private const string Gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    private static readonly byte[] Bmp = [.. "BM"u8, .. new byte[12], 40, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 24, 0];
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0];

    [Test]
    public void Tells_the_type_from_the_bytes()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(TypeOf(Convert.FromBase64String(Png)), Is.EqualTo("png"));
            Assert.That(TypeOf(Convert.FromBase64String(Gif)), Is.EqualTo("gif"));
            Assert.That(TypeOf(Bmp), Is.EqualTo("bmp"));
            Assert.That(TypeOf(Jpeg), Is.EqualTo("jpg"));
            Assert.That(TypeOf([.. "PK\u0003\u0004"u8]), Is.EqualTo("ofd"));
            Assert.That(TypeOf([.. "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>"u8]), Is.EqualTo("svg"));
        }
    }

    [Test]
    public void Refuses_pixel_pictures_that_are_too_wide_or_damaged()
    {
        var wide = Convert.FromBase64String(Png);
        wide[17] = 1;
        byte[] wideJpeg = [.. Jpeg];
        wideJpeg[15] = 0xFF;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal(wide), Is.EqualTo("SEAL_PICTURE_FORMAT"));
            Assert.That(Refusal(wideJpeg), Is.EqualTo("SEAL_PICTURE_FORMAT"));
            Assert.That(Refusal(Convert.FromBase64String(Png)[..20]), Is.EqualTo("SEAL_PICTURE_FORMAT"));
            Assert.That(Refusal(Jpeg[..9]), Is.EqualTo("SEAL_PICTURE_FORMAT"));
            Assert.That(Refusal(Bmp[..20]), Is.EqualTo("SEAL_PICTURE_FORMAT"));
            Assert.That(Refusal([]), Is.EqualTo("SEAL_PICTURE_FORMAT"));
            Assert.That(Refusal(new byte[SealPicture.MaxSize + 1]), Is.EqualTo("SEAL_TOO_LARGE"));
        }
    }

    [TestCase("<script>alert(1)</script>")]
    [TestCase("<foreignObject/>")]
    [TestCase("<image href='data:image/png;base64,AAAA'/>")]
    [TestCase("<a href='#x'/>")]
    [TestCase("<animate/>")]
    [TestCase("<rect onload='alert(1)'/>")]
    [TestCase("<rect ONCLICK='alert(1)'/>")]
    [TestCase("<use href='https://example.org/x.svg#a'/>")]
    [TestCase("<use xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='other.svg#a'/>")]
    [TestCase("<rect fill='url(https://example.org/x)'/>")]
    [TestCase("<rect style='fill:URL ( \"//example.org/x\")'/>")]
    [TestCase("<rect style='fill:u\\72l(//example.org/x)'/>")]
    [TestCase("<style>@import '//example.org/x.css';</style>")]
    [TestCase("<style>rect { fill: url(//example.org/x) }</style>")]
    [TestCase("<style><![CDATA[rect { fill: url(//example.org/x) }]]></style>")]
    [TestCase("<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>")]
    [TestCase("<g xml:base='https://example.org/'/>")]
    [TestCase("<?xml-stylesheet href='x.css'?>")]
    public void Refuses_svg_with_script_or_references(string content)
    {
        var svg = Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg'>{content}</svg>");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal(svg), Is.EqualTo("SEAL_PICTURE_UNSAFE"));
            Assert.That(new SealPicture("svg", svg, 45, 45).DisplayType, Is.Null);
        }
    }

    [Test]
    public void Accepts_svg_that_refers_to_itself() => Assert.That(
        TypeOf([.. "<svg xmlns='http://www.w3.org/2000/svg'><defs><linearGradient id='a'/></defs><rect fill='url(#a)'/><use href='#a'/></svg>"u8]), Is.EqualTo("svg"));

    [Test]
    public void Refuses_a_document_type_and_other_xml()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Refusal([.. "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>"u8]), Is.EqualTo("SEAL_PICTURE_FORMAT"));
            Assert.That(Refusal([.. "<html/>"u8]), Is.EqualTo("SEAL_PICTURE_FORMAT"));
        }
    }

    [Test]
    public void Refuses_elements_nested_too_deeply()
    {
        var nested = string.Concat(Enumerable.Repeat("<g>", 70)) + string.Concat(Enumerable.Repeat("</g>", 70));
        Assert.That(Refusal(Encoding.UTF8.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg'>{nested}</svg>")), Is.EqualTo("SEAL_PICTURE_UNSAFE"));
    }

    [Test]
    public void Shows_a_picture_as_what_it_is_and_not_as_what_it_is_called() =>
        Assert.That(new SealPicture("svg", Convert.FromBase64String(Png), 45, 45).DisplayType, Is.EqualTo("image/png"));

    [Test]
    public void Throws_nothing_but_its_own_exception() => Gen.Byte.Array[0, 64].Sample(
        bytes =>
        {
            foreach (var start in new byte[][] { [], [.. "BM"u8], [0xFF, 0xD8, 0xFF], [.. "GIF89a"u8], [.. "<svg"u8] })
            {
                _ = new SealPicture("png", (byte[])[.. start, .. bytes], 1, 1).DisplayType;
            }
        },
        iter: 2_000);

    private static string TypeOf(byte[] content) => SealPicture.FromFile(content, 45, 45).Type;

    private static string Refusal(byte[] content) => Assert.Throws<SealFormatException>(() => SealPicture.FromFile(content, 45, 45))!.Code;
}
