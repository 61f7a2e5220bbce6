using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using DocExchange.Core.Refusals;
using DocExchange.Durability;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.OaApi;

/// <param name="Status">HTTP.</param>
/// <param name="Location">Address of what was made.</param>
internal sealed record OaAnswer(int Status, object Body, string? Location = null);

/// <summary>
/// Does what is asked under an Idempotency-Key once. That it was begun is on disk before it is done, the answer before it
/// is given; the same request gets the same answer again. A refusal does nothing, so its key can be used anew. Safe for
/// concurrent use.
/// </summary>
internal sealed class OnceOnly(NodeRecords records, IOptions<OaOptions> options, TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    private const int LongestKey = 200;

    private readonly ConcurrentDictionary<string, bool> running = new();

    /// <summary>The key of a request, before anything of its body is read.</summary>
    /// <exception cref="RefusedException">There is none, or it is not 1 to 200 visible ASCII characters.</exception>
    public static string KeyOf(HttpRequest request) => request.Headers[Header] is [{ Length: > 0 and <= LongestKey } key] && key.All(letter => letter is > ' ' and <= '~')
        ? key
        : throw new RefusedException(
            Refusal.FormatFailure,
            $"每个 POST 请求须带 {Header} 头：1 至 {LongestKey} 个可见 ASCII 字符，每件事一个，重试时不变。",
            $"Every POST needs the header {Header}: 1 to {LongestKey} visible ASCII characters, one for each matter, the same when it is tried again.");

    /// <param name="asked">SHA-256 of what is asked.</param>
    /// <param name="act">Goes on although the caller may have left.</param>
    /// <exception cref="RefusedException">The key was used for something else, is being worked on, or how it ended is not known.</exception>
    public async Task<IResult> DoAsync(ApiCaller caller, string key, byte[] asked, Func<Task<OaAnswer>> act)
    {
        var id = $"{caller.Token}/{key}";
        if (!running.TryAdd(id, true))
        {
            throw new RefusedException(Refusal.Busy, "同一请求正在处理，请稍后重试。", "The same request is being worked on; try again in a moment.");
        }

        try
        {
            if (records.Answers.FindById(id) is { } known)
            {
                return Again(known, asked);
            }

            records.Write(() =>
            {
                MakeRoom();
                records.Answers.Insert(new AnswerRow { Id = id, Asked = asked, At = time.GetUtcNow().ToUnixTimeMilliseconds() });
            });
            return await DoAsync(id, asked, act);
        }
        finally
        {
            running.TryRemove(id, out _);
        }
    }

    private async Task<IResult> DoAsync(string id, byte[] asked, Func<Task<OaAnswer>> act)
    {
        OaAnswer answer;
        try
        {
            answer = await act();
        }
        catch (Exception fault) when (Desk.RefusalInterceptor.AsRefusal(fault) is not null)
        {
            records.Write(() => records.Answers.Delete(id));
            throw;
        }

        var row = new AnswerRow
        {
            Id = id,
            Asked = asked,
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Status = answer.Status,
            Answer = JsonSerializer.Serialize(answer.Body, answer.Body.GetType(), OaJson.Form),
            Location = answer.Location,
        };
        records.Write(() => records.Answers.Update(row));
        return new Given(row);
    }

    private static Given Again(AnswerRow known, byte[] asked)
    {
        if (!CryptographicOperations.FixedTimeEquals(known.Asked, asked))
        {
            throw new RefusedException(Refusal.Equivocation, $"{OnceOnly.Header} 已用于另一请求。", $"The {Header} was used for another request.");
        }

        return known.Status > 0 ? new Given(known) : throw new RefusedException(
            Refusal.WrongState,
            "该请求曾开始处理，但结果未知（程序中断）。请查询公文状态或发文目录后，换用新的键。",
            "The request was begun, and how it ended is not known, since the program was interrupted. Look at the document or the outbox, then use a new key.");
    }

    private void MakeRoom()
    {
        var oldest = time.GetUtcNow().AddDays(-options.Value.KeepAnswersDays).ToUnixTimeMilliseconds();
        records.Answers.DeleteMany(Field.Below(nameof(AnswerRow.At), oldest));
        var over = records.Answers.Count() - options.Value.MostAnswers + 1;
        if (over > 0)
        {
            foreach (var row in records.Answers.Query().OrderBy(row => row.At).Limit(over).ToList())
            {
                records.Answers.Delete(row.Id);
            }
        }
    }

    private sealed class Given(AnswerRow row) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (row.Location is { } location)
            {
                httpContext.Response.Headers.Location = location;
            }

            return Results.Text(row.Answer, "application/json; charset=utf-8", statusCode: row.Status).ExecuteAsync(httpContext);
        }
    }
}
