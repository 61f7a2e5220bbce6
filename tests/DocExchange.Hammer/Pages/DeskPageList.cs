using System.Globalization;
using DocExchange.Hammer.Past;
using DocExchange.Node.DeskPages.Board;
using DocExchange.Node.Outbox;
using DocExchange.Node.Receiving;
using DocExchange.Node.Records;

namespace DocExchange.Hammer.Pages;

/// <summary>The pages of a desk that list or search, and a document's own.</summary>
/// <param name="lived">The id of a document that really went to every office.</param>
/// <param name="sending">The office that has sent.</param>
/// <param name="receiving">The office that has received.</param>
internal sealed class DeskPageList(PagePeople people, PastPlan plan, string lived, string sending, string receiving)
{
    public const string LivedTitle = "关于发往各单位的意见";

    private const string InboxWord = "id=\"lines\"";

    private string Sent => $"/o/{sending}";

    private string Received => $"/o/{receiving}";

    public IEnumerable<PageVisit> All() => [.. Inbox(), .. InRegister(), .. Outbox(), .. OutRegister()];

    private IEnumerable<PageVisit> Inbox()
    {
        foreach (var tab in Enum.GetValues<InboxTab>())
        {
            yield return new($"inbox, {tab}", people.Clerk, _ => ($"{Received}/inbox?tab={tab}", InboxWord));
        }

        yield return new("inbox, all, a late page", people.Clerk, random =>
        {
            var number = DrawPastHalf(random);
            return ($"{Received}/inbox?tab=All&after={Key(InboxKey(number))}", PastText.MarkOf(Before(number)));
        });
        yield return new("one received document", people.Clerk, _ => ($"{Received}/in/{lived}", LivedTitle));
    }

    private IEnumerable<PageVisit> InRegister()
    {
        yield return new("received register", people.Clerk, _ => ($"{Received}/in-register", PastText.MarkOf(LastSigned(plan.Count))));
        yield return new("received register, a year", people.Clerk, random =>
        {
            var number = DrawPastHalf(random);
            return ($"{Received}/in-register?year={plan.At(number).Year}", $"收〔{plan.At(number).Year}〕");
        });
        yield return new("received register, of a sender", people.Clerk, _ => ($"{Received}/in-register?sender={sending}", PastText.MarkOf(LastSigned(plan.Count))));
        yield return new("received register, words of many", people.Clerk, random =>
        {
            var topic = PastText.TopicOf(random.Next(PastText.Topics.Count));
            return ($"{Received}/in-register?words={Uri.EscapeDataString(topic)}", topic);
        });
        yield return new("received register, words of none", people.Clerk, _ => ($"{Received}/in-register?words={Uri.EscapeDataString("无此事项")}", "无此事项"));
        yield return new("received register, a state few have", people.Clerk, _ => ($"{Received}/in-register?state=Completed", "Completed"));
    }

    private IEnumerable<PageVisit> Outbox()
    {
        foreach (var view in Enum.GetValues<OutboxView>())
        {
            yield return new($"outbox, {view}", people.Dispatcher, _ => ($"{Sent}/outbox?view={view}", "id=\"list\""));
        }

        yield return new("outbox, all, a late page", people.Dispatcher, random =>
        {
            var number = DrawPastHalf(random);
            return ($"{Sent}/outbox?view=All&after={Key(OutboxKey(number))}", PastText.MarkOf(Before(number)));
        });
        yield return new("outbox, words of many", people.Dispatcher, random =>
        {
            var topic = PastText.TopicOf(random.Next(PastText.Topics.Count));
            return ($"{Sent}/outbox?q={Uri.EscapeDataString(topic)}", topic);
        });
        yield return new("outbox, words of none", people.Dispatcher, _ => ($"{Sent}/outbox?q={Uri.EscapeDataString("无此事项")}", "无此事项"));
        yield return new("status board, every office", people.Dispatcher, random => ($"{Sent}/out/{lived}?show={(BoardFilter)random.Next(Enum.GetValues<BoardFilter>().Length)}", LivedTitle));
        yield return new("status board, of the past", people.Dispatcher, random =>
        {
            var number = DrawPastHalf(random);
            return ($"{Sent}/out/{PastPlan.IdOf(number)}", PastText.MarkOf(number));
        });
    }

    private IEnumerable<PageVisit> OutRegister()
    {
        yield return new("sent register", people.Dispatcher, _ => ($"{Sent}/registers/out", PastText.MarkOf(plan.LastRegistered(plan.Count))));
        yield return new("sent register, a month", people.Dispatcher, random =>
        {
            var number = DrawPastHalf(random);
            var day = plan.At(number);
            return ($"{Sent}/registers/out?from={Day(day.AddDays(-29))}&to={Day(day.AddDays(1))}", $"〔{day.Year}〕");
        });
        yield return new("sent register, a type", people.Dispatcher, random =>
        {
            var number = DrawPastHalf(random);
            return ($"{Sent}/registers/out?type={Uri.EscapeDataString(Core.Documents.DocumentTypes.Code(PastText.TypeOf(number))!)}", "登发");
        });
        yield return new("sent register, words of none", people.Dispatcher, _ => ($"{Sent}/registers/out?q={Uri.EscapeDataString("无此事项")}", "无此事项"));
        yield return new("sent register, a late page", people.Dispatcher, random =>
        {
            var number = DrawPastHalf(random);
            return ($"{Sent}/registers/out?after={Key(OutboxKey(number))}", PastText.MarkOf(Before(number)));
        });
    }

    // In the older half, where much lies before and behind.
    private int DrawPastHalf(Random random) => plan.RegisteredNear(Math.Max(1, (plan.Count / 10) + random.Next(Math.Max(1, plan.Count / 2))));

    // Lists are newest first: what follows a document is the one dispatched before.
    private int Before(int number) => plan.LastRegistered(number - 1);

    private int LastSigned(int number)
    {
        for (number = plan.LastRegistered(number); plan.EndOf(number) != PastEnd.SignedFor;)
        {
            number = plan.LastRegistered(number - 1);
        }

        return number;
    }

    private string InboxKey(int number) => ReceivedKeys.Arrival(plan.RecipientOf(number).ToString(), PastPlan.AcceptedAt(plan.At(number)).ToUnixTimeMilliseconds(), PastPlan.IdOf(number).ToString());

    private string OutboxKey(int number) => KeyRange.Newest(plan.SenderOf(number).ToString(), plan.At(number).ToUnixTimeMilliseconds(), PastPlan.IdOf(number).ToString());

    private static string Key(string key) => Uri.EscapeDataString(key);

    private static string Day(DateTimeOffset day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
