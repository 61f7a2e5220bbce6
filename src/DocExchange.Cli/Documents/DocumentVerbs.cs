using System.CommandLine;
using DocExchange.Cli.Registers;

namespace DocExchange.Cli.Documents;

/// <summary>The verbs of dispatchers and clerks.</summary>
internal static class DocumentVerbs
{
    public static IEnumerable<Command> All(Terminal terminal) =>
    [
        new SendVerb(terminal),
        new ComposeVerb(terminal),
        new CountersignVerb(terminal),
        new DispatchVerb(terminal),
        new ListVerb(terminal, isInbox: false),
        new SentRegisterVerb(terminal),
        new StatusVerb(terminal),
        new ActVerb(terminal, "urge", "Urged", "催办未签收的单位", "Urge those that have not signed") { TakesRecipients = true, Text = ActText.Optional },
        new ActVerb(terminal, "withdraw", "Withdrawn", "撤回尚未签收的公文", "Take back what is not signed for") { Text = ActText.Needed },
        new ActVerb(terminal, "void", "Voided", "作废公文", "Declare a document void") { Text = ActText.Needed },
        new ActVerb(terminal, "resend", "Resent", "补发给更多单位", "Send it to further offices") { TakesRecipients = true, TakesCopies = true, Text = ActText.Optional },
        new ActVerb(terminal, "sent-on-paper", "SentOnPaper", "记录改送纸质", "State that the paper went instead") { NeedsRecipients = true, Text = ActText.Optional },
        new ActVerb(terminal, "supersede", "Superseded", "以另一公文更正、替换", "Replace it by another document") { TakesReplacement = true, Text = ActText.Needed },
        new ActVerb(terminal, "return-received", "ReturnReceived", "确认收到退文", "Acknowledge a returned document") { TakesRecipients = true, Text = ActText.Optional },
        new ListVerb(terminal, isInbox: true),
        new ReceivedRegisterVerb(terminal),
        new ShowVerb(terminal),
        new ActVerb(terminal, "open", "Opened", "阅看公文", "Open a document"),
        new ActVerb(terminal, "sign-for", "SignedFor", "签收公文", "Sign for a document"),
        new ActVerb(terminal, "return", "Returned", "退文并说明理由", "Return a document with a reason") { Text = ActText.Needed },
        new ActVerb(terminal, "register", "Registered", "登记收文编号", "Register it under a number") { Text = ActText.Needed },
        new ActVerb(terminal, "hand-over", "HandedOver", "转本单位 OA", "Hand it over to the office's OA") { Text = ActText.Needed },
        new ActVerb(terminal, "complete", "Completed", "办结", "Complete it") { Text = ActText.Optional },
        new SaveVerb(terminal),
        new DossierVerb(terminal),
        new SearchVerb(terminal),
    ];
}
