using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DocExchange.BrowserTests.Site;

namespace DocExchange.BrowserTests.OaApi;

/// <summary>The interface for OA systems, by HTTP and as the README shows it, with tokens made at the desk.</summary>
internal sealed class OaApiTests
{
    private static readonly (string Readme, string Here)[] Names = [("京政办发", "市政办发"), ("\"dongcheng\"", "\"dc\"")];

    private string senders = null!;
    private string recipients = null!;

    private static Exchange Exchange => Browser.Exchange;

    [OneTimeSetUp]
    public async Task MakeTokensAsync()
    {
        senders = await MakeTokenAsync(Exchange.General, "bgt", "市府办OA", "dispatcher", "seal-keeper");
        recipients = await MakeTokenAsync(Exchange.Districts, "dc", "东城区OA", "clerk");
    }

    [Test]
    public async Task The_commands_of_the_README_send_a_document_and_sign_for_it_elsewhere()
    {
        var blocks = Blocks(await File.ReadAllTextAsync(Path.Combine(Root(), "README.md")), "## For OA systems");
        var folder = Directory.CreateDirectory(Path.Combine(Exchange.Folder, "oa")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "正文.pdf"), SampleFiles.Pdf("关于报送年度数据的通知"));
        await File.WriteAllTextAsync(Path.Combine(folder, "附件1.xlsx"), "附件");
        var document = (await ShellAsync(folder, Exchange.General, senders, blocks[0] + "\necho \"$document\"")).Trim()[^64..];
        Assert.That(document, Does.Match("^[0-9a-f]{64}$"));

        using var district = Client(Exchange.Districts, recipients);
        await Eventually.TrueAsync(async () => await IsDeliveredAsync(district, document), () => Exchange.Logs);
        await ShellAsync(folder, Exchange.Districts, recipients, $"document={document}\n" + blocks[0].Split('\n')[0] + "\n" + blocks[1]);

        Assert.That(await File.ReadAllBytesAsync(Path.Combine(folder, "received.pdf")), Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(folder, "正文.pdf"))));
        using var general = Client(Exchange.General, senders);
        await Eventually.TrueAsync(async () => (await RowAsync(general, document))["state"]!.GetValue<string>() == "SignedFor", () => Exchange.Logs);
        Assert.That((await RowAsync(general, document))["actor"]!.GetValue<string>(), Does.Contain("李华"));
        var rest = JsonNode.Parse(await district.GetStringAsync("/api/v1/mailbox?limit=500"))!["entries"]!.AsArray();
        Assert.That(rest.Where(entry => entry!["document"]!["id"]!.GetValue<string>() == document).Select(entry => entry!["type"]!.GetValue<string>()), Has.None.EqualTo("Accepted"), "what was acknowledged does not come again");
    }

    [Test]
    public async Task A_request_that_is_repeated_is_done_once_and_answered_alike()
    {
        using var general = Client(Exchange.General, senders);
        using var first = await SendAsync(general, "once-1", "关于重复请求的通知");
        using var second = await SendAsync(general, "once-1", "关于重复请求的通知");
        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)), await first.Content.ReadAsStringAsync());
        Assert.That(await second.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
        Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));

        using var other = await SendAsync(general, "once-1", "关于另一件事的通知");
        Assert.That(await ProblemAsync(other), Is.EqualTo((HttpStatusCode.Conflict, "EQUIVOCATION")));
        var sent = JsonNode.Parse(await general.GetStringAsync("/api/v1/documents"))!["documents"]!.AsArray();
        Assert.That(sent.Count(document => document!["title"]!.GetValue<string>() == "关于重复请求的通知"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_request_without_a_key_or_without_a_person_is_refused()
    {
        using var general = Client(Exchange.General, senders);
        using var noKey = await general.PostAsync($"/api/v1/documents/{new string('0', 64)}/acts", new StringContent("{}", Encoding.UTF8, "application/json"));
        Assert.That(await ProblemAsync(noKey), Is.EqualTo((HttpStatusCode.BadRequest, "FORMAT_FAILURE")));

        using var request = Post($"/api/v1/documents/{new string('0', 64)}/acts", "no-person", """{ "act": "Urged" }""");
        using var nobody = await general.SendAsync(request);
        Assert.That(await ProblemAsync(nobody), Is.EqualTo((HttpStatusCode.BadRequest, "FORMAT_FAILURE")));
    }

    [Test]
    public async Task A_token_does_what_its_roles_allow_and_sees_its_own_office_only()
    {
        using var general = Client(Exchange.General, senders);
        using var sent = await SendAsync(general, "own-1", "关于仅发东城区的通知");
        var document = JsonNode.Parse(await sent.Content.ReadAsStringAsync())!["document"]!.GetValue<string>();

        using var district = Client(Exchange.Districts, recipients);
        using var send = await SendAsync(district, "may-not", "关于越权的通知");
        Assert.That(await ProblemAsync(send), Is.EqualTo((HttpStatusCode.Forbidden, "PERMISSION_DENIED")));

        // xc is at the same node as dc, and no recipient.
        var neighbours = await MakeTokenAsync(Exchange.Districts, "xc", "西城区OA", "clerk");
        using var neighbour = Client(Exchange.Districts, neighbours);
        await Eventually.TrueAsync(async () => await IsDeliveredAsync(district, document), () => Exchange.Logs);
        foreach (var address in new[] { "", "/board", "/package", "/parts/metadata.xml" })
        {
            using var answer = await neighbour.GetAsync($"/api/v1/documents/{document}{address}");
            Assert.That(await ProblemAsync(answer), Is.EqualTo((HttpStatusCode.NotFound, "UNKNOWN_DOCUMENT")), address);
        }

        Assert.That(await neighbour.GetStringAsync("/api/v1/mailbox?after=0&limit=500"), Does.Not.Contain(document));
    }

    [Test]
    public async Task Without_a_token_that_is_in_force_nothing_is_answered_and_a_cookie_is_none()
    {
        using var nobody = Client(Exchange.General, null);
        using var answer = await nobody.GetAsync("/api/v1/mailbox");
        Assert.That(await ProblemAsync(answer), Is.EqualTo((HttpStatusCode.Unauthorized, "UNAUTHENTICATED")));
        Assert.That(answer.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Bearer"));

        using var forged = Client(Exchange.General, senders[..^1] + (senders[^1] == '0' ? '1' : '0'));
        using var refused = await forged.GetAsync("/api/v1/mailbox");
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));

        await using var visit = await Browser.SignInAsync(Exchange.General, Exchange.General.As("clerk"));
        var byCookie = await visit.Page.APIRequest.GetAsync("/api/v1/mailbox");
        Assert.That(byCookie.Status, Is.EqualTo(401));
        using var page = Client(Exchange.General, senders);
        using var signIn = await page.GetAsync("/o/bgt/tokens");
        Assert.That(signIn.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/sign-in"), "a token opens no page");
    }

    [Test]
    public async Task A_wrong_method_or_content_type_is_called_that()
    {
        using var general = Client(Exchange.General, senders);
        using var method = await general.DeleteAsync("/api/v1/directory");
        Assert.That(await ProblemAsync(method), Is.EqualTo((HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED")));
        Assert.That(method.Content.Headers.Allow, Is.EqualTo(new[] { "GET" }));
        using var request = Post("/api/v1/mailbox/acknowledgement", "type-1", "{}");
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var type = await general.SendAsync(request);
        Assert.That(await ProblemAsync(type), Is.EqualTo((HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE")));
        using var nobody = Client(Exchange.General, null);
        using var unknown = await nobody.DeleteAsync("/api/v1/directory");
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        using var nowhere = await general.GetAsync("/api/v1/no-such-address");
        Assert.That(nowhere.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_token_that_was_ended_is_refused_at_once()
    {
        var token = await MakeTokenAsync(Exchange.General, "bgt", "临时OA", "reader");
        using var client = Client(Exchange.General, token);
        using var before = await client.GetAsync("/api/v1/mailbox");
        Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        await using var visit = await Browser.SignInAsync(Exchange.General, Exchange.General.As("office-administrator"));
        await visit.OpenAsync("/o/bgt/tokens");
        await visit.Page.Locator($"button[data-confirm='end-{token.Split('_')[1]}']").ClickAsync();
        await visit.LookAsync("tokens-end");
        await visit.Page.Locator("dialog[open] button.main").ClickAsync();
        await visit.Page.Locator(".notice.done").WaitForAsync();
        using var after = await client.GetAsync("/api/v1/mailbox");
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_directory_is_sent_again_only_when_it_has_changed()
    {
        using var general = Client(Exchange.General, senders);
        using var full = await general.GetAsync("/api/v1/directory");
        var offices = JsonNode.Parse(await full.Content.ReadAsStringAsync())!["offices"]!.AsArray();
        Assert.That(offices.Select(office => office!["id"]!.GetValue<string>()), Is.SupersetOf(new[] { "test/zf", "test/dc" }));

        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/directory");
        again.Headers.IfNoneMatch.Add(full.Headers.ETag!);
        using var same = await general.SendAsync(again);
        Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [Test]
    public async Task The_description_names_every_address_and_is_there_for_everybody()
    {
        using var nobody = Client(Exchange.General, null);
        var description = JsonNode.Parse(await nobody.GetStringAsync("/api/v1/openapi.json"))!;
        Assert.That(description["openapi"]!.GetValue<string>(), Does.StartWith("3."));
        Assert.That(
            description["paths"]!.AsObject().Select(path => path.Key),
            Is.SupersetOf(new[] { "/api/v1/mailbox", "/api/v1/mailbox/acknowledgement", "/api/v1/documents", "/api/v1/documents/{id}", "/api/v1/documents/{id}/acts", "/api/v1/documents/{id}/board", "/api/v1/directory", "/api/v1/numbers/next" }));
        Assert.That(description["paths"]!.AsObject().Select(path => path.Key), Has.All.StartsWith("/api/v1/"));
    }

    private static async Task<string> MakeTokenAsync(Place place, string office, string application, params string[] roles)
    {
        await using var visit = await Browser.SignInAsync(place, place.Users.First(user => user.Id == office + "-office-administrator"));
        await visit.OpenAsync($"/o/{office}/tokens");
        await visit.Page.Locator("#application").FillAsync(application);
        foreach (var role in roles)
        {
            await visit.Page.Locator($"input[value='{role}']").CheckAsync();
        }

        await visit.Page.Locator("main button.main").First.ClickAsync();
        var token = await visit.Page.Locator("#text").InputValueAsync();
        await visit.LookAsync($"tokens-{office}");
        return token;
    }

    private static HttpClient Client(Place place, string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(place.Address) };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static HttpRequestMessage Post(string address, string key, string json)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string key, string title)
    {
        var draft = $$"""{ "title": "{{title}}", "type": "通知", "agencyCode": "市政办发", "to": ["dc"], "person": { "id": "1001", "name": "张明" } }""";
        using var form = new MultipartFormDataContent { { new StringContent(draft, Encoding.UTF8, "application/json"), "metadata" }, { new ByteArrayContent(SampleFiles.Pdf(title)), "body", "body.pdf" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/documents") { Content = form };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private static async Task<bool> IsDeliveredAsync(HttpClient client, string document)
    {
        using var answer = await client.GetAsync($"/api/v1/documents/{document}");
        return answer.IsSuccessStatusCode && JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["document"]!["state"]?.GetValue<string>() == "Delivered";
    }

    private static async Task<JsonNode> RowAsync(HttpClient client, string document) =>
        JsonNode.Parse(await client.GetStringAsync($"/api/v1/documents/{document}/board"))!["recipients"]!.AsArray().Single()!;

    private static async Task<(HttpStatusCode Status, string Error)> ProblemAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), text);
        return (answer.StatusCode, JsonNode.Parse(text)!["error"]!.GetValue<string>());
    }

    private static async Task<string> ShellAsync(string folder, Place place, string token, string script)
    {
        script = Names.Aggregate(script, (text, name) => text.Replace(name.Readme, name.Here, StringComparison.Ordinal));
        var start = new System.Diagnostics.ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["DESK"], start.Environment["TOKEN"]) = (place.Address, token);
        using var shell = System.Diagnostics.Process.Start(start)!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.Zero, $"{await output}\n{await errors}");
        return await output;
    }

    private static string[] Blocks(string readme, string heading)
    {
        var section = readme[readme.IndexOf(heading, StringComparison.Ordinal)..].Split("\n## ")[0];
        return [.. section.Split("```bash\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "DocExchange.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
