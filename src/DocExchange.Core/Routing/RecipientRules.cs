using DocExchange.Core.Statements;

namespace DocExchange.Core.Routing;

/// <summary>What a recipient's acts do to its row of the status board.</summary>
internal static class RecipientRules
{
    public static Effect Apply(DocumentState document, LoggedStatement logged)
    {
        if (document.Recipient(logged.Statement.Issuer) is not { } row)
        {
            return Effect.None($"{logged.Statement.Issuer} 不是该公文的收文单位。", $"{logged.Statement.Issuer} is not a recipient of the document.");
        }

        return logged.Statement.Type switch
        {
            StatementType.Opened => Open(row, logged),
            StatementType.SignedFor => SignFor(row, logged),
            StatementType.Returned => Return(row, logged),
            _ when row.State is not (DeliveryState.SignedFor or DeliveryState.Completed) => Unfit(row, "须先签收。", "it must be signed for first."),
            StatementType.Registered => Register(row, logged),
            StatementType.HandedOver => HandOver(row, logged),
            StatementType.Completed => Complete(row, logged),
            _ => Effect.None("凭证内容与类型不符。", "The statement's content does not fit its type."),
        };
    }

    private static Effect Open(RecipientState row, LoggedStatement logged)
    {
        if (row.State != DeliveryState.Delivered || row.OpenedAt is not null)
        {
            return Unfit(row, "阅看不改变状态。", "opening it changes nothing.");
        }

        row.OpenedAt = logged.ReceivedAt;
        row.OpenedBy = logged.Statement.Actor?.Name;
        return Effect.Applied;
    }

    private static Effect SignFor(RecipientState row, LoggedStatement logged)
    {
        if (row.State != DeliveryState.Delivered)
        {
            return Unfit(row, "不能签收。", "it cannot be signed for.");
        }

        row.State = DeliveryState.SignedFor;
        row.SignedForAt = logged.ReceivedAt;
        row.ActedBy = logged.Statement.Actor?.Name;
        return Effect.Applied;
    }

    // 初审 may find a reason to return a document after it was signed for, until it is completed.
    private static Effect Return(RecipientState row, LoggedStatement logged)
    {
        if (row.State is not (DeliveryState.Delivered or DeliveryState.SignedFor))
        {
            return Unfit(row, "不能退文。", "it cannot be returned.");
        }

        row.State = DeliveryState.Returned;
        row.ReturnedAt = logged.ReceivedAt;
        row.ReturnStatement = logged.Id;
        row.ReturnReason = (logged.Statement.Body as PlainBody)?.Reason;
        row.ActedBy = logged.Statement.Actor?.Name;
        return Effect.Applied;
    }

    private static Effect Register(RecipientState row, LoggedStatement logged)
    {
        row.RegisterNumber = (logged.Statement.Body as RegisteredBody)?.RegisterNumber;
        row.RegisteredAt = logged.ReceivedAt;
        return Effect.Applied;
    }

    private static Effect HandOver(RecipientState row, LoggedStatement logged)
    {
        row.HandedOverAt = logged.ReceivedAt;
        return Effect.Applied;
    }

    private static Effect Complete(RecipientState row, LoggedStatement logged)
    {
        if (row.State == DeliveryState.Completed)
        {
            return Unfit(row, "无须再次办结。", "it need not be completed again.");
        }

        row.State = DeliveryState.Completed;
        row.CompletedAt = logged.ReceivedAt;
        return Effect.Applied;
    }

    private static Effect Unfit(RecipientState row, string chinese, string english) =>
        Effect.None($"当前状态为{row.State.ToChinese()}，{chinese}", $"The document is {row.State} there; {english}");
}
