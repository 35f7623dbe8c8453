#include "sensor/detect/known_names.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr std::string_view kPhoneMakers[] = {
    "acer", "advan", "agm", "alcatel", "allview", "alldocube", "alps", "amazon", "amlogic", "apple",
    "archos", "asus", "axioo", "bbk", "benq", "blackberry", "blackshark", "blackview", "blu", "bmobile",
    "bq", "caterpillar", "cat", "celkon", "chuwi", "coolpad", "cubot", "dahua", "dell", "dexp", "d-link",
    "doogee", "doro", "elephone", "energizer", "essential", "evercoss", "fairphone", "fly", "fujitsu",
    "general mobile", "gigaset", "gigabyte", "gionee", "google", "haier", "hammer", "hikvision", "hisense", "hmd",
    "hmd global", "honor", "hotwav", "hp", "hewlett-packard", "htc", "huawei", "ibm", "infinix",
    "infinix mobility limited", "intex", "iqoo", "itel", "itel mobile limited", "ivoomi", "jio", "jolla",
    "karbonn", "keneksi", "konka", "krip", "kyocera", "lava", "leagoo", "leeco", "lemobile", "lenovo",
    "lephone", "letv", "lg", "lge", "lg electronics", "lyf", "maxcom", "maxvi", "medion", "meizu",
    "micromax", "microsoft", "microsoft corporation", "motorola", "multilaser", "myphone", "neffos",
    "netgear", "nintendo", "nokia", "nothing", "nubia", "nvidia", "onn", "oneplus", "oppo", "oscal",
    "oukitel", "panasonic", "pantech", "philips", "poco", "polytron", "positivo", "poptel", "prestigio", "qmobile",
    "raspberry pi", "razer", "realme", "redmi", "reeder", "roku", "samsung", "samsung electronics",
    "sharp", "skyworth", "smartisan", "smartfren", "sonim", "sony", "sony ericsson", "sony mobile", "sunmi",
    "symphony", "tcl", "tct", "tclmobile", "tecno", "tecno mobile limited", "teclast", "texet", "toshiba", "tp-link",
    "tuya", "ulefone", "umidigi", "unihertz", "vertu", "vestel", "vivo", "vizio", "vodafone", "vsmart",
    "walton", "wiko", "wileyfox", "xgimi", "xiaomi", "xolo", "yulong", "yota devices", "zebra", "zebra technologies", "zte",
    "华为", "小米", "荣耀", "三星", "红米", "魅族", "联想", "中兴", "苹果", "诺基亚", "一加", "努比亚", "真我", "酷派"};

constexpr std::string_view kCarMakers[] = {
    "abarth", "acura", "alfa romeo", "aston martin", "audi", "baic", "bentley", "bmw", "bugatti", "buick", "byd",
    "cadillac", "changan", "chery", "chevrolet", "chrysler", "citroen", "citroën", "cupra", "dacia", "daewoo",
    "daf", "daihatsu", "dodge", "ducati", "ferrari", "fiat", "ford", "geely", "genesis", "gmc", "great wall",
    "harley-davidson", "haval", "honda", "hummer", "hyundai", "infiniti", "isuzu", "iveco", "jaguar", "jeep", "kawasaki", "kia",
    "ktm", "lada", "lamborghini", "lancia", "land rover", "lexus", "lincoln", "lotus", "mahindra", "man", "maruti",
    "maruti suzuki", "maserati", "mazda", "mclaren", "mercedes", "mercedes-benz", "mg", "mini", "mitsubishi", "nissan",
    "opel", "peugeot", "polestar", "pontiac", "porsche", "ram", "renault", "rivian", "rolls-royce", "saab", "scania", "seat",
    "skoda", "škoda", "smart", "ssangyong", "subaru", "suzuki", "tata", "tesla", "toyota", "vauxhall", "volkswagen",
    "volvo", "vw", "yamaha"};

constexpr std::string_view kOperators[] = {
    "3", "a1", "aircel", "airtel", "ais", "altice", "at&t", "axis", "axiata", "banglalink", "base", "batelco",
    "beeline", "bell", "bharti", "bite", "bmobile", "bouygues", "bsnl", "bt", "cellcom", "celcom", "cell c", "china mobile",
    "china telecom", "china unicom", "chinanet", "chn-ct", "chn-unicom", "chunghwa", "claro", "cmcc", "congstar", "cosmote", "cricket",
    "digi", "digicel", "docomo", "drei", "dtac", "du", "e-plus", "ee", "elisa", "entel", "etisalat", "f-connect",
    "free", "globacom", "globe", "glo", "gomo", "grameenphone", "hutchison", "idea", "indosat", "iliad", "ice", "jazz",
    "jawwal", "jio", "kcell", "kddi", "kyivstar", "kpn", "kt", "lebara", "life", "lifecell", "lg u+", "lyca", "lycamobile", "magti", "maroc telecom",
    "maxis", "mci", "megafon", "mint", "mobifone", "mobile telesystems", "mobilink", "mobily", "moldcell", "movistar", "mtc", "mtn", "mts", "mtnl",
    "ncell", "nos", "nur telecom", "o2", "omantel", "ooredoo", "optus", "orange", "oi", "partner", "pelephone", "personal", "play",
    "plus", "proximus", "rakuten", "reliance", "robi", "rogers", "rostelecom", "safaricom", "salt", "sfr", "simobil", "singtel", "sk telecom", "sktelecom",
    "sky", "smart", "smartfren", "softbank", "sprint", "starhub", "stc", "sunrise", "sun cellular", "sure", "swisscom", "tcell", "t-mobile", "tdc", "tele2",
    "telcel", "telefonica", "telekom", "telenor", "telia", "telkom", "telkomsel", "telstra", "telus", "three", "tigo", "tim", "true", "truemove",
    "turk telekom", "turkcell", "türk telekom", "u mobile", "u-mobile", "ucell", "ufone", "uninor", "us cellular", "verizon", "vi", "vi india", "videotron", "viettel", "vietnamobile", "vinaphone",
    "virgin", "vivo", "vodacom", "vodafone", "voxi", "warid", "wind", "windtre", "xl axiata", "xl", "xfinity", "yoigo", "yota", "zain", "zong", "中国移动", "中国联通",
    "中国电信", "中国广电", "билайн", "мегафон", "мтс", "теле2", "Билайн", "МегаФон", "МТС", "Теле2", "БИЛАЙН", "МЕГАФОН", "tele 2", "ростелеком", "йота", "киевстар", "中華電信", "遠傳", "台灣大哥大", "एयरटेल", "जियो"};

constexpr std::string_view kCouriers[] = {"dhl", "ups", "fedex", "usps", "tnt", "gls", "dpd", "hermes",
                                          "royal mail", "aramex", "bluedart", "blue dart", "delhivery",
                                          "correos", "postnl", "la poste", "sf express", "yto", "evri", "ontrac",
                                          "purolator", "canada post", "deutsche post", "dtdc", "ekart", "amazon logistics"};

constexpr std::string_view kLanguageModels[] = {
    "gpt", "chatgpt", "o1-", "o3-", "o4-", "claude", "gemini", "gemma", "llama", "mistral", "mixtral", "bert", "roberta",
    "distilbert", "t5-", "qwen", "deepseek", "phi-", "phi3", "falcon", "whisper", "text-", "dall-e", "stable-diffusion",
    "sdxl", "sd-", "flux", "bloom", "vicuna", "command-r", "yi-", "ernie", "glm", "chatglm", "resnet", "yolo", "mobilenet",
    "efficientnet", "vit-", "clip", "xgboost", "embed", "sentence-transformers", "all-minilm", "nomic", "codestral", "grok",
    "titan", "kimi", "moonshot", "hunyuan", "doubao", "tts-", "davinci", "ada-", "babbage", "curie", "palm", "bard"};

constexpr std::string_view kDeviceLines[] = {
    "iphone", "ipad", "ipod", "macbook", "imac", "macmini", "appletv", "pixel", "nexus", "galaxy", "sm-", "gt-i", "gt-n", "redmi",
    "mi ", "mix ", "poco", "oneplus", "moto ", "moto", "xt1", "xt2", "xperia", "nokia", "ta-1", "huawei", "honor", "mate ",
    "cph", "rmx", "vivo", "oppo", "realme", "infinix", "tecno", "itel", "lenovo", "thinkpad", "ideapad", "latitude",
    "surface", "asus_", "zenfone", "rog phone", "lm-", "lg-", "lgm", "htc", "bravia", "oled", "qled", "firetv", "kindle",
    "aft", "chromecast"};

// The tables are lower case, or another script; most names fall out at their first letter.
bool begins_alike(std::string_view name, std::string_view known) {
  return !name.empty() && ascii_lower(name.front()) == ascii_lower(known.front());
}

bool is_one_of(std::string_view name, const std::string_view* begin, const std::string_view* end) {
  return std::any_of(begin, end, [&](std::string_view known) {
    return name.size() == known.size() && begins_alike(name, known) && iequals(name, known);
  });
}

// `name` begins with a known name that ends at a word boundary.
bool begins_with_one_of(std::string_view name, const std::string_view* begin,
                        const std::string_view* end) {
  return std::any_of(begin, end, [&](std::string_view known) {
    if (!begins_alike(name, known) || !istarts_with(name, known)) return false;
    return name.size() == known.size() ||
           (!is_alpha(name[known.size()]) && !is_digit(name[known.size()]));
  });
}

}  // namespace

bool is_phone_maker(std::string_view name) {
  return is_one_of(trim(name), std::begin(kPhoneMakers), std::end(kPhoneMakers));
}
bool is_car_maker(std::string_view name) {
  return is_one_of(trim(name), std::begin(kCarMakers), std::end(kCarMakers));
}
bool is_network_operator(std::string_view name) {
  return begins_with_one_of(trim(name), std::begin(kOperators), std::end(kOperators));
}
bool is_courier(std::string_view name) {
  return begins_with_one_of(trim(name), std::begin(kCouriers), std::end(kCouriers));
}

bool is_language_model(std::string_view name) {
  const size_t slash = name.rfind('/');  // openai/gpt-4o
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  return std::any_of(std::begin(kLanguageModels), std::end(kLanguageModels),
                     [&](std::string_view known) {
                       return begins_alike(name, known) && istarts_with(name, known);
                     });
}

bool looks_like_device_model(std::string_view name) {
  if (name.size() < 3 || name.size() > 40) return false;
  const bool has_letter = std::any_of(name.begin(), name.end(), [](char c) { return is_alpha(c); });
  if (!has_letter) return false;
  const bool is_line = std::any_of(std::begin(kDeviceLines), std::end(kDeviceLines),
                                   [&](std::string_view line) {
                                     return begins_alike(name, line) && istarts_with(name, line);
                                   });
  if (is_line) return true;
  if (name.size() < 4 || name.find(' ') != std::string_view::npos) return false;
  const size_t digits = count_digits(name);
  const auto upper = static_cast<size_t>(
      std::count_if(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
  const bool has_form = (digits >= 2 && upper >= 2) ||
                        (digits >= 1 && upper >= 3 && name.find('-') != std::string_view::npos);
  return has_form && !is_language_model(name);
}

}  // namespace telltale
