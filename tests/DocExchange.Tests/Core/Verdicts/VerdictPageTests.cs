using System.Text.RegularExpressions;
using DocExchange.Core.Verdicts;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Core.Verdicts;

internal sealed class VerdictPageTests
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==");

    [Test]
    public async Task Shows_seal_pictures_up_to_4_MiB_and_the_seals_beyond_without()
    {
        const int Seals = 60;
        using var world = new SealWorld();
        var largest = await MakeAsync(world, SealPicture.MaxSize);
        var small = await MakeAsync(world, Png.Length);

        var page = Page([.. Enumerable.Repeat(largest, Seals), small]);
        var withSmallFirst = Page([small, .. Enumerable.Repeat(largest, Seals)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Regex.Count(page, "<img src=\"data:image/png"), Is.EqualTo(4));
            Assert.That(Regex.Count(page, "印章图像无法显示"), Is.EqualTo(Seals - 4 + 1));
            Assert.That(Regex.Count(withSmallFirst, "<img src=\"data:image/png"), Is.EqualTo(4), "one small and three large");
            Assert.That(page, Has.Length.LessThan(VerdictPage.MaxPictureBytes * 3 / 2));
        }
    }

    [Test]
    public async Task Shows_by_its_number_what_would_turn_the_direction_of_a_name()
    {
        using var world = new SealWorld();

        var page = Page([await MakeAsync(world, Png.Length, "府政\u202E市")]);

        Assert.That(page, Does.Contain(@"<figcaption>府政\u202E市</figcaption>").And.Not.Contain("\u202E").And.Not.Contain("&#x202E;"));
    }

    [TestCase(SignatureKind.Cms, true)]
    [TestCase(SignatureKind.Timestamp, false)]
    public void Shows_of_a_body_its_signatures_and_no_time_stamp_alone(SignatureKind kind, bool isShown)
    {
        var signature = new SignatureVerdict(kind, null, SealWorld.Sealed, []);
        var head = new VerdictHead("a.asice", "ASiC-E", null, SealWorld.Sealed, null)
        {
            Body = new SignedDocument(new Verdict([signature], []), [new DocumentSignature("1", "bytes", null, null, [], [], signature)], []),
        };

        Assert.That(VerdictPage.Of((chinese, _) => chinese, head, new Verdict([], [])).Contains("正文内的印章与签名", StringComparison.Ordinal), Is.EqualTo(isShown));
    }

    private static async Task<Seal> MakeAsync(SealWorld world, int bytes, string? name = null)
    {
        var picture = new byte[bytes];
        Png.CopyTo(picture, 0);
        var definition = world.Definition();
        return await SealMaker.MakeAsync(definition with { Name = name ?? definition.Name, Picture = new SealPicture("png", picture, 45, 45) }, world.Maker, CancellationToken.None);
    }

    private static string Page(IReadOnlyList<Seal> seals)
    {
        var head = new VerdictHead("many.ofd", "OFD", null, SealWorld.Sealed, null) { Seals = seals };
        return VerdictPage.Of((chinese, _) => chinese, head, new Verdict([.. seals.Select(_ => new SignatureVerdict(SignatureKind.Seal, null, SealWorld.Sealed, []))], []));
    }
}
