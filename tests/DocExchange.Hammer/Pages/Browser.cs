using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using DocExchange.Core.Operating;

namespace DocExchange.Hammer.Pages;

/// <summary>A page as it was answered.</summary>
/// <param name="Took">From sending the request to the last byte.</param>
/// <param name="Bytes">Of the HTML, as it stands.</param>
internal sealed record ShownPage(HttpStatusCode Status, string Html, int Bytes, TimeSpan Took);

/// <summary>One person's browser, as far as pages from the server need one: cookies, one connection, forms with all their hidden fields.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient http;
    private readonly TimeProvider clock;

    private Browser(string address, int serverId, TimeProvider clock)
    {
        ServerId = serverId;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(5) };
        this.clock = clock;
    }

    /// <summary>The process that answers.</summary>
    public int ServerId { get; }

    /// <exception cref="FailedException">The user was not let in.</exception>
    public static async Task<Browser> SignInAsync(string address, int serverId, string user, string password, TimeProvider clock, CancellationToken cancellation)
    {
        var browser = new Browser(address, serverId, clock);
        var form = (await browser.GetAsync("/sign-in", cancellation)).Html;
        var fields = Hidden().Matches(Forms().Matches(form).First(each => each.Value.Contains("Form.Password", StringComparison.Ordinal)).Value)
            .Select(field => KeyValuePair.Create(ValueOf("name", field.Value), ValueOf("value", field.Value)))
            .Append(KeyValuePair.Create("Form.User", user)).Append(KeyValuePair.Create("Form.Password", password));
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await browser.http.PostAsync("/sign-in", content, cancellation);
        return answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.SeeOther
            ? browser
            : throw new FailedException("SIGN_IN", $"{user} 未能登录 {address}（{(int)answer.StatusCode}）。", $"{user} was not let in at {address} ({(int)answer.StatusCode}).");
    }

    public async Task<ShownPage> GetAsync(string address, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
        return new ShownPage(answer.StatusCode, Encoding.UTF8.GetString(bytes), bytes.Length, clock.GetElapsedTime(began));
    }

    public void Dispose() => http.Dispose();

    private static string ValueOf(string attribute, string field) =>
        WebUtility.HtmlDecode(Regex.Match(field, $"\\s{attribute}=\"([^\"]*)\"").Groups[1].Value);

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>")]
    private static partial Regex Hidden();
}
