using DocExchange.Core.Refusals;

namespace DocExchange.Core.Statements;

/// <summary>What must be true of a statement before it may be signed or logged, whatever state its document is in.</summary>
public static class StatementRules
{
    /// <exception cref="RefusedException">The statement breaks a rule; the message says which.</exception>
    public static void Check(Statement statement, string exchange)
    {
        if (Broken(statement, exchange).FirstOrDefault() is { } refused)
        {
            throw refused;
        }
    }

    /// <summary>Every rule the statement breaks.</summary>
    public static IEnumerable<RefusedException> Broken(Statement statement, string exchange)
    {
        if (statement.UnknownVersion is { } version)
        {
            yield return new RefusedException(
                Refusal.FormatFailure,
                $"凭证的格式版本为“{version}”，本程序只认识第 {StatementXml.Version} 版，请升级中心程序。",
                $"The statement is of version '{version}'; this program knows version {StatementXml.Version}. Bring the program up to date.");
        }

        if (statement.Exchange != exchange || statement.Issuer.Exchange != exchange)
        {
            yield return new RefusedException(
                Refusal.WrongExchange,
                $"凭证属于交换平台“{statement.Exchange}”，不属于“{exchange}”。",
                $"The statement belongs to the exchange '{statement.Exchange}', not to '{exchange}'.");
        }

        if (statement.Type is StatementType.Withdrawn or StatementType.Voided or StatementType.Returned && statement.Body is not PlainBody { Reason.Length: > 0 })
        {
            yield return new RefusedException(Refusal.ReasonMissing, $"{statement.Type.ToChinese()}必须说明理由。", $"{statement.Type} needs a reason.");
        }

        if (NeedsDocument(statement.Type) && statement.Document is null)
        {
            yield return new RefusedException(Refusal.FormatFailure, $"{statement.Type.ToChinese()}凭证没有指明公文。", $"A {statement.Type} names no document.");
        }

        if (statement.Body is DispatchBody { Classification.Length: > 0 } dispatch)
        {
            yield return new RefusedException(
                Refusal.Classified,
                $"涉密公文（{dispatch.Classification}）不得通过本系统传输。请按保密规定办理。",
                $"Classified documents ({dispatch.Classification}) do not travel on this system. Follow the rules for classified documents.");
        }

        if (MissingActor(statement))
        {
            yield return new RefusedException(Refusal.FormatFailure, $"{statement.Type.ToChinese()}凭证没有经办人。", $"A {statement.Type} names no person who acted.");
        }
    }

    private static bool NeedsDocument(StatementType type) =>
        StatementTypes.AuthorOf(type) is StatementAuthor.Sender or StatementAuthor.Recipient or StatementAuthor.RecipientNode
        || type is StatementType.Accepted or StatementType.Relayed;

    private static bool MissingActor(Statement statement) =>
        StatementTypes.AuthorOf(statement.Type) is StatementAuthor.Sender or StatementAuthor.Recipient && statement.Actor is null;
}
