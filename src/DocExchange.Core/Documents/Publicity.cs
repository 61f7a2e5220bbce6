namespace DocExchange.Core.Documents;

/// <summary>公开属性 (政府信息公开条例). Zero: the document does not say.</summary>
public enum Publicity
{
    Unstated,
    Proactive,
    OnRequest,
    Withheld,
}
