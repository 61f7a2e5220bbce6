using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Pages.Words;

namespace DocExchange.Hub.ConsolePages.Archives;

/// <summary>A statement in a line: who acted, and what it says beyond its type.</summary>
internal static class StoryText
{
    private const int MostNames = 8;

    public static string Who(Statement statement, OfficeDirectory directory)
    {
        var issuer = directory.Find(statement.Issuer)?.Name ?? directory.Machines.FirstOrDefault(machine => machine.Id == statement.Issuer)?.Name ?? statement.Issuer.ToString();
        return statement.Actor is { } actor ? $"{issuer} {actor.Name}（{Roles.ToChinese(actor.Role)}）" : issuer;
    }

    public static string Detail(Statement statement, OfficeDirectory directory, Language language) => statement.Body switch
    {
        DispatchBody dispatch => language.Say($"主送 {dispatch.Recipients.Main.Count} 个单位，抄送 {dispatch.Recipients.Copies.Count} 个", $"to {dispatch.Recipients.Main.Count}, copies to {dispatch.Recipients.Copies.Count}"),
        RecipientsBody recipients => Names([.. recipients.Recipients.All], directory, language) + Because(recipients.Reason),
        PlainBody plain => plain.Reason ?? "",
        SupersededBody superseded => superseded.Reason,
        RejectedBody rejected => string.Join(" ", rejected.Reasons.Select(reason => language.Say(reason.Chinese, reason.English))),
        DeliveredBody delivered => Name(delivered.Recipient, directory),
        RegisteredBody registered => registered.RegisterNumber,
        HandedOverBody handed => handed.System,
        _ => "",
    };

    private static string Names(IReadOnlyList<PartyId> offices, OfficeDirectory directory, Language language) =>
        string.Join("、", offices.Take(MostNames).Select(office => Name(office, directory)))
        + (offices.Count > MostNames ? language.Say($" 等 {offices.Count} 个单位", $" and others, {offices.Count} in all") : "");

    private static string Name(PartyId office, OfficeDirectory directory) => directory.Find(office)?.Name ?? office.ToString();

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $"：{reason}";
}
