using System.Net;
using System.Text;
using DocExchange.Core.Statements;
using DocExchange.Node.Drafts;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Pages.Sending;

/// <summary>会签 of an issuer at another node: the package goes there as a file, is signed, and comes back as a file.</summary>
internal sealed class ForeignSealingTests
{
    private const string Issuer = "fgw";

    private TestDesk desk = null!;
    private PagesClient keeper = null!;
    private byte[] package = null!;

    [SetUp]
    public async Task Open()
    {
        desk = await SendingDesk.StartAsync();
        var id = await SendingDesk.DraftAsync(desk, Issuer);
        await desk.Part<Freezing>().FreezeAsync(NodeSite.Sender, id, SendingDesk.Writer, default);
        var dispatcher = await desk.SignInAsync("zhang3", Roles.Dispatcher, "bgs");
        package = await dispatcher.GetBytesAsync($"/o/bgs/drafts/{id}/package");
        keeper = await desk.SignInAsync("keeper", Roles.SealKeeper, Issuer);
    }

    [TearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public async Task A_package_is_taken_in_looked_at_signed_and_given_back()
    {
        var taken = await UploadAsync(package);
        Assert.That(taken.Location, Does.Match("^/o/fgw/sealing/[0-9a-f]{16}$"), taken.Text);
        var page = taken.Location!;
        Assert.That((await keeper.GetAsync(page)).Text, Does.Contain("市政府常务会议纪要"));

        var approved = await keeper.SubmitAsync(page, "approve");
        Assert.That(approved.Location, Is.EqualTo(page), approved.Text);
        var signed = await keeper.GetBytesAsync(page + "/package");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signed.AsSpan(0, 2).ToArray(), Is.EqualTo("PK"u8.ToArray()));
            Assert.That(signed, Has.Length.GreaterThan(package.Length), "the signature is in it");
            Assert.That((await keeper.SubmitAsync(page, "close")).Location, Is.EqualTo("/o/fgw/sealing"));
            Assert.That((await keeper.GetAsync(page)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task What_is_no_package_is_refused() =>
        Assert.That((int)(await UploadAsync("PK hello"u8.ToArray())).Status, Is.InRange(400, 499));

    private async Task<Shown> UploadAsync(byte[] file)
    {
        var token = await keeper.TokenAsync();
        using var content = new MultipartFormDataContent { { new StringContent(token.Value, Encoding.UTF8), token.Name }, { new ByteArrayContent(file), "file", "draft.asice" } };
        return await keeper.SendAsync(HttpMethod.Post, $"/o/{Issuer}/sealing/foreign", content);
    }
}
