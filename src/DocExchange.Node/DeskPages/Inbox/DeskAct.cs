using DocExchange.Core.Statements;

namespace DocExchange.Node.DeskPages.Inbox;

/// <summary>What a form of the document page asks for.</summary>
/// <param name="Text">Reason, 收文编号 or system, as the act needs it.</param>
/// <param name="GoOn">To the next document afterwards.</param>
internal sealed record DeskAct(StatementType Type, string Text = "", bool GoOn = false);
