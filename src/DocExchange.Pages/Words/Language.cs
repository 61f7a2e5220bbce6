using Microsoft.AspNetCore.Http;

namespace DocExchange.Pages.Words;

/// <summary>The language of the page: Chinese, or English where the visitor asked for it.</summary>
public sealed class Language(IHttpContextAccessor http)
{
    public const string Cookie = "docex-language";
    public const string English = "en";

    public bool IsEnglish => http.HttpContext?.Request.Cookies[Cookie] == English;

    /// <summary>Of the html element (BCP 47).</summary>
    public string Tag => IsEnglish ? "en" : "zh-CN";

    public string Say(string chinese, string english) => IsEnglish ? english : chinese;
}
