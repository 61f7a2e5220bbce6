using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace DocExchange.Tests.Pages;

/// <summary>What a browser was answered.</summary>
internal sealed record Shown(HttpStatusCode Status, string Html, string? Location, HttpResponseMessage Answer)
{
    /// <summary>The page as a person reads it: without markup, entities resolved, blanks as one.</summary>
    public string Text => WebUtility.HtmlDecode(Regex.Replace(Regex.Replace(Html, "<[^>]*>", " "), @"\s+", " "));
}

/// <summary>
/// A browser as far as server-rendered pages need one: cookies, forms with all their hidden fields, no redirects followed
/// unasked. One a person.
/// </summary>
internal sealed partial class PagesClient : IDisposable
{
    private readonly HttpClient http;

    /// <param name="certificate">What the browser shows whoever asks for it; with a key.</param>
    public PagesClient(Uri address, X509Certificate2? certificate = null)
    {
        // The server's own certificate is made for the test.
        var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        if (certificate is not null)
        {
            handler.ClientCertificateOptions = ClientCertificateOption.Manual;
            handler.ClientCertificates.Add(certificate);
        }

        http = new HttpClient(handler) { BaseAddress = address };
    }

    /// <summary>Signs in; the answer leads on.</summary>
    public Task<Shown> SignInAsync(string user, string password) => SubmitAsync("/sign-in", "sign-in", ("Form.User", user), ("Form.Password", password));

    public async Task<Shown> GetAsync(string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await ShowAsync(await http.SendAsync(request));
    }

    public async Task<byte[]> GetBytesAsync(string address) => await http.GetByteArrayAsync(address);

    /// <summary>Loads the page, fills in its form and sends it, as its button would.</summary>
    /// <param name="form">The name of the form (@formname), or its action where it has none.</param>
    public async Task<Shown> SubmitAsync(string address, string form, params (string Name, string Value)[] fields)
    {
        var page = await GetAsync(address);
        var (action, hidden) = FormIn(page.Html, form) ?? throw new AssertionException($"{address} answered {page.Status} and has no form '{form}': {page.Text}");
        var typed = fields.Select(field => field.Name).ToHashSet();
        return await PostAsync(action ?? address, [.. hidden.Where(field => !typed.Contains(field.Name)), .. fields]);
    }

    /// <summary>Sends fields as they are, without looking at any page first.</summary>
    public async Task<Shown> PostAsync(string address, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await ShowAsync(await http.PostAsync(address, content));
    }

    /// <summary>Sends what no form sends, such as a piece of a file.</summary>
    public async Task<Shown> SendAsync(HttpMethod method, string address, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await ShowAsync(await http.SendAsync(request));
    }

    /// <summary>An anti-forgery token of this person, such as any page with a form has.</summary>
    public async Task<(string Name, string Value)> TokenAsync() => HiddenIn((await GetAsync("/password")).Html).First(field => field.Name == "__RequestVerificationToken");

    public static bool HasForm(Shown page, string form) => FormIn(page.Html, form) is not null;

    public void Dispose() => http.Dispose();

    private static (string? Action, IReadOnlyList<(string Name, string Value)> Hidden)? FormIn(string html, string form)
    {
        foreach (Match found in Form().Matches(html))
        {
            var action = Action().Match(found.Groups["tag"].Value) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
            var hidden = HiddenIn(found.Groups["inside"].Value).ToList();
            if (action == form || hidden.Contains(("_handler", form)))
            {
                return (action, hidden);
            }
        }

        return null;
    }

    private static IEnumerable<(string Name, string Value)> HiddenIn(string html) => Hidden().Matches(html)
        .Select(match => (Name: NameOf().Match(match.Value).Groups[1].Value, Value: ValueOf().Match(match.Value).Groups[1].Value))
        .Select(field => (WebUtility.HtmlDecode(field.Name), WebUtility.HtmlDecode(field.Value)));

    private static async Task<Shown> ShowAsync(HttpResponseMessage answer) =>
        new(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.ToString(), answer);

    [GeneratedRegex("<form(?<tag>[^>]*)>(?<inside>.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("\\saction=\"([^\"]*)\"")]
    private static partial Regex Action();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>")]
    private static partial Regex Hidden();

    [GeneratedRegex("\\sname=\"([^\"]*)\"")]
    private static partial Regex NameOf();

    [GeneratedRegex("\\svalue=\"([^\"]*)\"")]
    private static partial Regex ValueOf();
}
